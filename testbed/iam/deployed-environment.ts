import type { Environment } from "../../constructs/environment";
import { Deployed } from "./deployed";
import type { Resource } from "./resources";

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
  return new Deployed(environment.account, environment.region, resources, superusers);
}
