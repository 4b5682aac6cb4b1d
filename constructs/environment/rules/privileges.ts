import { databaseUsers } from "../../native/database-users";
import { rotationTags } from "../../native/rotation-tags";
import { isReservedDatabase, isReservedRole, LONGEST_USER_NAME } from "../values/engine-names";
import type { Draft } from "./draft";
import { secretsOf, secretsWithDatabase } from "./places";
import { type Rule, rule } from "./rule";

/** AWS Secrets Manager API reference, "Tag". */
const LONGEST_TAG_VALUE = 256;

/** What the users of secrets are given. */
export const privilegeRules: readonly Rule[] = [
  rule({
    where: groupRoles,
    holds: ({ got, database }) => database.kind === "adopted" || got !== database.superuserName,
    must: "must not be the superuser: its members may do what it may",
    fix: "choose another role",
  }),
  // It could set that user's password; of an iamUser, members lose their own.
  rule({
    where: groupRoles,
    holds: ({ got, users }) => !users.includes(got),
    must: "must not be a user of a secret of the same database",
    fix: "choose another role",
  }),
  rule({
    where: groupRoles,
    holds: ({ got, database: { engine } }) => !isReservedRole(engine, got),
    must: ({ got }) => `"${got}" is kept by RDS or the engine for itself`,
    fix: "choose another role",
  }),
  rule({
    where: groupRoles,
    holds: ({ got, database: { engine } }) => Buffer.byteLength(got) <= LONGEST_USER_NAME[engine],
    must: ({ database: { engine } }) => `may have at most ${LONGEST_USER_NAME[engine]} bytes`,
    fix: "choose another role",
  }),
  rule({
    where: (draft) => mysqlGrants(draft).map(({ path, grant }) => ({ path: [...path, "on"], got: grant.on })),
    holds: ({ got }) => got !== "sequences",
    must: "MySQL has no sequences",
    fix: "remove the grant",
  }),
  rule({
    where: (draft) =>
      mysqlGrants(draft).flatMap(({ path, grant }) =>
        grant.on === "schema" || grant.on === "tables"
          ? [{ path: [...path, "schema"], got: grant.schema }]
          : [],
      ),
    holds: ({ got }) => !isReservedDatabase("aurora-mysql", got),
    must: "must not be one of MySQL's own schemas",
    fix: "choose a schema of yours",
  }),
  // MySQL Reference Manual, "Privileges Provided by MySQL": TRUNCATE takes DROP, which takes whole tables away.
  rule({
    where: (draft) =>
      mysqlGrants(draft).map(({ path, grant }) => ({ path: [...path, "privileges"], got: grant.privileges })),
    holds: ({ got }) => !(got as readonly string[]).includes("TRUNCATE"),
    must: "MySQL has no privilege for TRUNCATE alone",
    fix: 'remove "TRUNCATE"',
  }),
  ...(["groupRoles", "grants"] as const).map((key) =>
    rule({
      where: (draft: Draft) =>
        secretsOf(draft).map(({ path, secret }) => {
          const tags = rotationTags(secret, "");
          const value = tags[key === "grants" ? "rotation:grants" : "rotation:group-roles"] ?? "";
          return { path: [...path, key], got: secret[key], length: value.length };
        }),
      holds: ({ length }) => length <= LONGEST_TAG_VALUE,
      must: ({ length }) => `must fit into a tag of ${LONGEST_TAG_VALUE} characters, takes ${length}`,
      fix: "give the privileges to one group role and name that role",
    }),
  ),
];

/** The group roles with the database, and the users that this environment has there. */
function groupRoles(draft: Draft) {
  const secrets = secretsWithDatabase(draft);
  const users = new Map<unknown, string[]>(secrets.map(({ database }) => [database, []]));
  for (const { database, secret } of secrets) users.get(database)?.push(...databaseUsers(secret));
  return secrets.flatMap(({ path, secret, database }) =>
    secret.groupRoles.map((role, index) => ({
      path: [...path, "groupRoles", index],
      got: role,
      database,
      users: users.get(database) ?? [],
    })),
  );
}

function mysqlGrants(draft: Draft) {
  return secretsWithDatabase(draft).flatMap(({ path, secret, database }) =>
    database.engine === "aurora-mysql"
      ? secret.grants.map((grant, index) => ({ path: [...path, "grants", index], grant }))
      : [],
  );
}
