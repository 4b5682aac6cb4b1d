import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../../constructs/environment";
import { CiStack } from "../../constructs/stacks/ci-stack";
import { forOwners } from "../../scripts/vault/json-secret";
import type { Deployed } from "../../testbed/iam/deployed";
import { deployedEnvironment } from "../../testbed/iam/deployed-environment";
import { resourcesOfTemplates } from "../../testbed/iam/resolved-templates";
import type { Resource } from "../../testbed/iam/resources";
import { synthesizeEnvironment } from "./shipped";

/** What an environment would deploy, with the roles of its pipeline, as far as policies go. */
export function wouldDeploy(environment: Environment): Deployed {
  const { directory } = synthesizeEnvironment(environment, (platform) => {
    if (environment.ci) new CiStack(platform.node.root, `${environment.name}-ci`, { platform });
  });
  const stacks = join(directory, "stacks");
  const templates = Object.fromEntries(
    readdirSync(stacks).map((stack) => [
      stack,
      JSON.parse(readFileSync(join(stacks, stack, "cdk.tf.json"), "utf8")),
    ]),
  );
  const resources = resourcesOfTemplates(templates, environment);
  return deployedEnvironment(environment, [...resources, ...guardedByCommands(environment, resources)]);
}

/** What `npm run vault:tls` gives to the secret that it makes, and that the server's stack looks up. */
function guardedByCommands({ deployers }: Environment, resources: readonly Resource[]): Resource[] {
  const node = resources.find(
    ({ type, attributes }) => type === "aws_iam_role" && /-vault-node$/.test(attributes.name),
  );
  return resources
    .filter(({ address }) => address.startsWith("data.aws_secretsmanager_secret."))
    .map(({ stack, attributes: { arn: secret_arn } }) => {
      const policy = JSON.stringify(forOwners([...deployers, node?.attributes.arn]));
      const type = "aws_secretsmanager_secret_policy";
      return { stack, address: `${type}.vault-tls`, type, attributes: { secret_arn, policy } };
    });
}
