import { databaseUsers } from "../../../lambda/rotation/contract/rotated-user";
import { rotationTags } from "../../../lambda/rotation/contract/tags";
import { isReservedDatabase, isReservedRole, LONGEST_USER_NAME } from "../values/engine-names";
import type { Draft } from "./draft";
import { entries, once, secrets, secretsWithDatabase, setting, within } from "./places";
import { type Rule, rule } from "./rule";

/** AWS Secrets Manager API reference, "Tag". */
const LONGEST_TAG_VALUE = 256;

/**
 * Privileges of PostgreSQL that MySQL has not, and why (MySQL Reference Manual, "Privileges Provided by MySQL"). The
 * rotation takes those that every user has, and grants nothing.
 */
const NOT_IN_MYSQL: ReadonlyMap<string, string> = new Map([
  ["CONNECT", "every user may connect"],
  ["USAGE", "whoever may do something in a schema may use it"],
  ["TRUNCATE", "DROP would be needed, which takes whole tables away"],
]);

/** The group roles with the database, and the users that this environment has there. */
const groupRoles = once((draft) => {
  const secrets = secretsWithDatabase(draft);
  const users = new Map(secrets.map(({ database }) => [database, new Set<string>()]));
  for (const { database, section } of secrets)
    for (const user of databaseUsers(section)) users.get(database)?.add(user);
  return entries(
    () => secrets,
    "groupRoles",
  )(draft).map((role) => ({
    ...role,
    users: users.get(role.database) ?? new Set(),
  }));
});

/** What the users of secrets are given. */
export const privilegeRules: readonly Rule[] = [
  rule(groupRoles, {
    holds: ({ got, database }) => database.kind === "adopted" || got !== database.superuserName,
    must: "must not be the superuser: its members may do what it may",
    fix: "choose another role",
  }),
  // It could set that user's password; of an iamUser, members lose their own.
  rule(groupRoles, {
    holds: ({ got, users }) => !users.has(got),
    must: "must not be a user of a secret of the same database",
    fix: "choose another role",
  }),
  rule(groupRoles, {
    holds: ({ got, database: { engine } }) => !isReservedRole(engine, got),
    must: ({ got }) => `"${got}" is kept by RDS or the engine for itself`,
    fix: "choose another role",
  }),
  rule(groupRoles, {
    holds: ({ got, database: { engine } }) => Buffer.byteLength(got) <= LONGEST_USER_NAME[engine],
    must: ({ database: { engine } }) => `may have at most ${LONGEST_USER_NAME[engine]} bytes`,
    fix: "choose another role",
  }),
  rule(setting(mysqlGrants, "on"), {
    holds: ({ got }) => got !== "sequences",
    must: "MySQL has no sequences",
    fix: "remove the grant",
  }),
  rule(
    (draft) =>
      mysqlGrants(draft).flatMap(({ path, section }) =>
        "schema" in section ? [{ path: [...path, "schema"], got: section.schema }] : [],
      ),
    {
      holds: ({ got }) => !isReservedDatabase("aurora-mysql", got),
      must: "must not be one of MySQL's own schemas",
      fix: "choose a schema of yours",
    },
  ),
  rule(
    entries((draft) => mysqlGrants(draft).filter(({ section }) => section.on !== "sequences"), "privileges"),
    {
      holds: ({ got }) => !NOT_IN_MYSQL.has(got),
      must: ({ got }) => `MySQL has no privilege ${got}: ${NOT_IN_MYSQL.get(got)}`,
      fix: "remove it, or the grant if it has no other",
    },
  ),
  ...(["groupRoles", "grants"] as const).map((key) => {
    const tag = key === "grants" ? "rotation:grants" : "rotation:group-roles";
    return rule(
      (draft) =>
        setting(
          secrets,
          key,
        )(draft).map((at) => ({ ...at, length: rotationTags(at.section, "")[tag]?.length ?? 0 })),
      {
        holds: ({ length }) => length <= LONGEST_TAG_VALUE,
        must: ({ length }) => `must fit into a tag of ${LONGEST_TAG_VALUE} characters, takes ${length}`,
        fix: "give the privileges to one group role and name that role",
      },
    );
  }),
];

function mysqlGrants(draft: Draft) {
  const ofMysql = () =>
    secretsWithDatabase(draft).filter(({ database }) => database.engine === "aurora-mysql");
  return within(entries(ofMysql, "grants"))(draft);
}
