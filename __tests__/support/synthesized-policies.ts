import type { Environment } from "../../constructs/environment";
import { CiStack } from "../../constructs/stacks/ci-stack";
import { forOwners } from "../../scripts/vault/owners-policy";
import type { Resource } from "../../testbed/deployed/resources";
import { readTemplates, resolved } from "../../testbed/deployed/templates";
import type { Deployed } from "../../testbed/iam/deployed";
import { deployedEnvironment } from "../../testbed/iam/deployed-environment";
import { synthesizeEnvironment } from "./shipped";

/** What an environment would deploy, with the roles of its pipeline, as far as policies go. */
export function wouldDeploy(environment: Environment): Deployed {
  const { directory } = synthesizeEnvironment(environment, (platform) => {
    if (environment.ci) new CiStack(platform.node.root, `${environment.name}-ci`, { platform });
  });
  const { resources } = resolved(readTemplates(directory), environment);
  return deployedEnvironment(environment, [...resources, ...guardedByCommands(environment, resources)]);
}

/** What `npm run vault:tls` gives to the secret that it makes, and that the server's stack looks up. */
function guardedByCommands({ deployers }: Environment, resources: readonly Resource[]): Resource[] {
  const node = resources.find(
    ({ type, values }) => type === "aws_iam_role" && /-vault-node$/.test(values.name),
  );
  return resources
    .filter(({ mode, type }) => mode === "data" && type === "aws_secretsmanager_secret")
    .map(({ stack, values: { arn: secret_arn } }): Resource => {
      const policy = JSON.stringify(forOwners([...deployers, node?.values.arn]));
      const type = "aws_secretsmanager_secret_policy";
      return { stack, mode: "managed", type, name: "vault-tls", values: { secret_arn, policy } };
    });
}
