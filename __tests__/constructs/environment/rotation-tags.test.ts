import * as fc from "fast-check";
import type { Environment } from "../../../constructs/environment";
import { EnvironmentError, loadEnvironment } from "../../../constructs/environment";
import { type Declaration, readTags, rotationTags } from "../../../lambda/rotation/contract/tags";
import { privilegesOf } from "../../../lambda/rotation/engines/mysql/sql";
import { changed, load } from "../../support/environment-files";
import { mysqlDev } from "./support/mysql-settings";
import { projectRoot, shippedEnvironments, shippedSettings } from "./support/shipped-settings";

/** What the rotation function makes of the tags of each secret. */
function declarations({ secrets, databases }: Environment): Declaration[] {
  return secrets.map((secret) => {
    const tags = rotationTags(secret, databases[secret.database]?.databaseName ?? "");
    return readTags(new Map(Object.entries(tags)));
  });
}

test.each(shippedEnvironments)("the rotation function reads what %s declares", (name) => {
  const environment = loadEnvironment(name, { root: projectRoot, variables: {} });
  expect(declarations(environment)).toMatchObject(
    environment.secrets.map(({ user, strategy, groupRoles, grants }) => ({
      user,
      strategy,
      groupRoles,
      grants,
    })),
  );
});

const NAMES = ["orders", "pg_monitor", "pg_maintain", "pg_toast", "rds_iam", "information_schema", "mysql"];
const name = fc.oneof(
  fc.constantFrom(...NAMES),
  fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_ :+-]{0,8}$/),
  fc.nat(70).map((length) => "n".repeat(length)),
);
const PRIVILEGES = {
  schema: ["USAGE", "CREATE"],
  tables: ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"],
  sequences: ["USAGE", "SELECT", "UPDATE"],
};
const grant = fc.oneof(
  fc.record({
    on: fc.constant("database"),
    privileges: fc.subarray(["CONNECT", "TEMPORARY", "CREATE", "ALL"]),
  }),
  ...Object.entries(PRIVILEGES).map(([on, privileges]) =>
    fc.record({ on: fc.constant(on), schema: name, privileges: fc.subarray(privileges) }),
  ),
);

test.each([
  ["PostgreSQL", shippedSettings("dev")],
  ["MySQL", mysqlDev],
])("whatever an environment with %s may give, the rotation function can", (engine, settings) => {
  let accepted = 0;
  fc.assert(
    fc.property(
      fc.array(name, { maxLength: 2 }),
      fc.array(grant, { maxLength: 2 }),
      fc.constantFrom("single-user", "alternating-users"),
      (groupRoles, grants, strategy) => {
        const environment = loaded(
          changed(settings, {
            "secrets[0].groupRoles": groupRoles,
            "secrets[0].grants": grants,
            "secrets[0].strategy": strategy,
          }),
        );
        if (!environment) return;
        accepted++;
        const [declared] = declarations(environment);
        expect(declared?.groupRoles).toEqual(groupRoles);
        if (engine === "MySQL")
          expect(declared?.grants.map(privilegesOf)).toEqual(grants.map(() => expect.any(Array)));
      },
    ),
    { numRuns: 300 },
  );
  expect(accepted).toBeGreaterThan(30);
});

function loaded(settings: unknown): Environment | undefined {
  try {
    return load(settings);
  } catch (error) {
    if (error instanceof EnvironmentError) return undefined;
    throw error;
  }
}
