import type { IConstruct } from "constructs";
import { PipelineRoles } from "../ci/pipeline-roles";
import type { PolicyNeeds } from "../ci/policies";
import { ConstructError } from "../contracts/construct-error";
import type { Environment } from "../environment";
import { EnvironmentStack, type EnvironmentStackProps } from "./environment-stack";
import { createdVault } from "./vault-address";

/**
 * The roles of an environment's pipeline. It is no stack of the platform: a pipeline must not change its own roles, so
 * an administrator deploys it.
 */
export class CiStack extends EnvironmentStack {
  /** @throws Error if the environment has no `ci` */
  constructor(scope: IConstruct, id: string, { platform: { environment } }: EnvironmentStackProps) {
    const { name, namePrefix, ci, state } = environment;
    // The deployer is not bounded: it needs more than what it makes may have.
    super(scope, id, { platform: { environment: { ...environment, permissionsBoundaryArn: undefined } } });
    const { account } = this;
    if (!ci || state.kind !== "s3")
      throw new ConstructError(
        this,
        `environment ${name} must have \`ci\`, and its state in S3`,
        'write for example "ci": { "repository": "acme/payments" } into its file',
      );
    new PipelineRoles(this, "Roles", {
      account,
      namePrefix,
      repository: ci.repository,
      environmentName: name,
      identityProvider: ci.identityProvider,
      state: { ...state, region: state.region ?? account.region },
      ...policyNeeds(environment),
    });
  }
}

/** What an environment has that its pipeline's roles need policies for. */
export function policyNeeds(environment: Environment): PolicyNeeds {
  const { ci, vault, operations, permissionsBoundaryArn } = environment;
  return {
    vaultServer: createdVault(environment) !== undefined,
    vaultTunnel: ci?.vaultTunnel,
    vaultUser: vault?.auth.awsCredentials.kind === "iam-user",
    operations: operations !== false,
    permissionsBoundaryArn,
  };
}
