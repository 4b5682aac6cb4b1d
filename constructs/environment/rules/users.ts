import { CLONE_SUFFIX } from "../../../lambda/rotation/contract/user-names";
import { isReservedUser, LONGEST_USER_NAME, USUAL_SUPERUSER } from "../values/engine-names";
import type { Draft } from "./draft";
import { once, secrets, secretsWithDatabase, setting } from "./places";
import { type Rule, rule } from "./rule";

const usersWithDatabase = once((draft) =>
  secretsWithDatabase(draft).flatMap(({ database, ...secret }) =>
    usersOf(secret).map((user) => ({ ...user, database })),
  ),
);

/** The database users of secrets. */
export const userRules: readonly Rule[] = [
  // The rotation function would change a password that RDS keeps in its own secret.
  rule(usersWithDatabase, {
    holds: ({ user, database }) =>
      user !== (database.kind === "created" ? database.superuserName : USUAL_SUPERUSER[database.engine]),
    must: ({ user }) => `"${user}" is the superuser, whose password RDS keeps`,
    fix: "choose another user name",
  }),
  rule(usersWithDatabase, {
    holds: ({ user, database: { engine } }) => !isReservedUser(engine, user),
    must: ({ user }) => `"${user}" is kept by RDS or the engine for itself`,
    fix: "choose another user name",
  }),
  rule(repeatedUsers, {
    must: ({ user, owner }) =>
      `database user "${user}" belongs to ${owner} already; each user has one secret`,
    fix: "choose another user name",
  }),
  rule(usersWithDatabase, {
    holds: ({ user, database: { engine } }) => Buffer.byteLength(user) <= LONGEST_USER_NAME[engine],
    must: ({ suffixLength, database: { engine } }) =>
      `a user of this secret may have at most ${LONGEST_USER_NAME[engine] - suffixLength} characters`,
    fix: "choose a shorter name",
  }),
  rule(setting(secrets, "user"), {
    holds: ({ got }) => !got.endsWith(CLONE_SUFFIX),
    must: `"${CLONE_SUFFIX}" ends the name of an alternate user`,
    fix: `leave "${CLONE_SUFFIX}" out`,
  }),
];

/** Each user as it will be called in the database, of alternating users also the second. */
function usersOf({ path, section: { user, strategy, iamUser } }: ReturnType<typeof secrets>[number]) {
  const suffixes = strategy === "alternating-users" ? ["", CLONE_SUFFIX] : [""];
  const suffixLength = suffixes.join("").length;
  return [
    ...suffixes.map((suffix) => ({ path: [...path, "user"], got: user, user: user + suffix, suffixLength })),
    ...(iamUser ? [{ path: [...path, "iamUser"], got: iamUser, user: iamUser, suffixLength: 0 }] : []),
  ];
}

/** Users that an entry before, of the same database, has already. */
function repeatedUsers(draft: Draft) {
  const owners = new Map<string, string>();
  return secrets(draft).flatMap((secret) =>
    usersOf(secret).flatMap((place) => {
      const key = `${secret.section.database} ${place.user}`;
      const owner = owners.get(key);
      if (owner === undefined) owners.set(key, `secrets[${String(secret.path[1])}]`);
      return owner === undefined ? [] : [{ ...place, owner }];
    }),
  );
}
