import type { Environment } from "../../constructs/environment";
import type { Resource } from "../deployed/resources";
import { Deployed } from "./deployed";

/** What an environment deployed, with what it adopted. */
export function deployedEnvironment(environment: Environment, resources: readonly Resource[]): Deployed {
  const superusers = Object.entries(environment.databases).flatMap(([name, database]) =>
    database.kind === "adopted"
      ? [
          {
            name: `superuser of ${name}`,
            arn: database.superuserSecretArn,
            keyArn: database.superuserSecretKeyArn,
          },
        ]
      : [],
  );
  const all = [...resources, ...adoptedRoles(environment)];
  return new Deployed(environment.account, environment.region, all, superusers);
}

/** That of an adopted Vault, which the environment gives a policy. Who may become it is not ours to know. */
function adoptedRoles({ account, vault }: Environment): readonly Resource[] {
  const credentials = vault?.auth.awsCredentials;
  if (credentials?.kind !== "instance-role") return [];
  const name = credentials.roleName;
  const values = { name, arn: `arn:aws:iam::${account}:role/${name}`, assume_role_policy: { Statement: [] } };
  return [{ stack: "existing", mode: "managed", type: "aws_iam_role", name, values }];
}
