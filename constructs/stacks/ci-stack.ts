import type { IConstruct } from "constructs";
import { PipelineRoles } from "../ci/pipeline-roles";
import { ConstructError } from "../contracts/construct-error";
import { EnvironmentStack, type EnvironmentStackProps } from "./environment-stack";
import { createdVault } from "./vault-address";

/**
 * The roles of an environment's pipeline. It is no stack of the platform: a pipeline must not change its own roles, so
 * an administrator deploys it.
 */
export class CiStack extends EnvironmentStack {
  /** @throws Error if the environment has no `ci` */
  constructor(scope: IConstruct, id: string, props: EnvironmentStackProps) {
    super(scope, id, props);
    const { account, environment } = this;
    const { name, namePrefix, ci, state, operations } = environment;
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
      vaultServer: createdVault(environment) !== undefined,
      vaultTunnel: ci.vaultTunnel,
      operations: operations !== false,
    });
  }
}
