import { databaseUsers } from "../native/database-users";
import { rotationTags } from "../native/rotation-tags";
import { broken, type Problem } from "./problem";
import { isReservedDatabase, isReservedRole } from "./reserved-names";
import type { Sections } from "./schema";
import { LONGEST_USER } from "./user-checks";

/** Rules about what the users of secrets are given. */
export const privilegeChecks = [groupRolesAreOthers, mysqlHasThePrivileges, privilegesFitIntoTags];

function groupRolesAreOthers({ secrets = [], database }: Sections): Problem[] {
  if (!database) return [];
  const { engine } = database;
  const superuser = database.kind === "created" ? database.superuserName : undefined;
  const users = secrets.flatMap(databaseUsers);
  const fault = (role: string): string | undefined => {
    if (role === superuser) return "must not be the superuser: its members may do what it may";
    // It could set that user's password; of an iamUser, members lose their own.
    if (users.includes(role)) return "must not be a user of this environment";
    if (isReservedRole(engine, role)) return `"${role}" is kept by RDS or the engine for itself`;
    if (Buffer.byteLength(role) > LONGEST_USER[engine])
      return `may have at most ${LONGEST_USER[engine]} bytes`;
    return undefined;
  };
  return secrets.flatMap((secret, index) =>
    secret.groupRoles.flatMap((role, place) => {
      const rule = fault(role);
      return rule ? [broken(["secrets", index, "groupRoles", place], role, rule, "choose another role")] : [];
    }),
  );
}

/** MySQL Reference Manual, "Privileges Provided by MySQL": TRUNCATE takes DROP, which takes whole tables away. */
function mysqlHasThePrivileges({ secrets = [], database }: Sections): Problem[] {
  if (database?.engine !== "aurora-mysql") return [];
  return secrets.flatMap(({ grants }, index) =>
    grants.flatMap((grant, place) => {
      const path = ["secrets", index, "grants", place];
      if (grant.on === "sequences")
        return [broken([...path, "on"], grant.on, "MySQL has no sequences", "remove the grant")];
      if (grant.on !== "database" && isReservedDatabase(database.engine, grant.schema)) {
        const rule = "must not be one of MySQL's own schemas";
        return [broken([...path, "schema"], grant.schema, rule, "choose a schema of yours")];
      }
      const privileges: readonly string[] = grant.privileges;
      return privileges.includes("TRUNCATE")
        ? [
            broken(
              [...path, "privileges"],
              privileges,
              "MySQL has no privilege for TRUNCATE alone",
              'remove "TRUNCATE"',
            ),
          ]
        : [];
    }),
  );
}

function privilegesFitIntoTags({ secrets = [] }: Sections): Problem[] {
  return secrets.flatMap((secret, index) => {
    const tooLong = Object.entries(rotationTags(secret, "")).find(
      ([, value]) => value.length > LONGEST_TAG_VALUE,
    );
    if (!tooLong) return [];
    const key = tooLong[0] === "rotation:grants" ? "grants" : "groupRoles";
    const rule = `must fit into a tag of ${LONGEST_TAG_VALUE} characters, takes ${tooLong[1].length}`;
    return [
      broken(
        ["secrets", index, key],
        secret[key],
        rule,
        "give the privileges to one group role and name that role",
      ),
    ];
  });
}

/** AWS Secrets Manager API reference, "Tag". */
const LONGEST_TAG_VALUE = 256;
