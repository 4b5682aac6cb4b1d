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
  return new Deployed(environment.account, environment.region, resources, superusers);
}
