import { isReservedUser, LONGEST_USER_NAME, USUAL_SUPERUSER } from "../values/engine-names";
import { CLONE_SUFFIX } from "../values/rotation-facts";
import type { Draft } from "./draft";
import { secretsOf, secretsWithDatabase } from "./places";
import { type Place, type Rule, rule } from "./rule";

type NamedSecret = ReturnType<typeof secretsOf>[number];

interface NamedUser extends Place {
  readonly got: string;
  /** As it will be called in the database; of alternating users, also the second. */
  readonly user: string;
}

/** The database users of secrets. */
export const userRules: readonly Rule[] = [
  // The rotation function would change a password that RDS keeps in its own secret.
  rule({
    where: (draft) =>
      secretsWithDatabase(draft).flatMap(({ database, ...secret }) =>
        usersOf(secret).map((user) => ({ ...user, database })),
      ),
    holds: ({ user, database }) =>
      user !== (database.kind === "created" ? database.superuserName : USUAL_SUPERUSER[database.engine]),
    must: ({ user }) => `"${user}" is the superuser, whose password RDS keeps`,
    fix: "choose another user name",
  }),
  rule({
    where: (draft) =>
      secretsWithDatabase(draft).flatMap(({ database, ...secret }) =>
        usersOf(secret).map((user) => ({ ...user, engine: database.engine })),
      ),
    holds: ({ engine, user }) => !isReservedUser(engine, user),
    must: ({ user }) => `"${user}" is kept by RDS or the engine for itself`,
    fix: "choose another user name",
  }),
  rule({
    where: repeatedUsers,
    must: ({ user, owner }) =>
      `database user "${user}" belongs to secrets[${owner}] already; each user has one secret`,
    fix: "choose another user name",
  }),
  rule({
    where: (draft) =>
      secretsWithDatabase(draft).flatMap(({ path, secret: { user, iamUser = "", strategy }, database }) => {
        const most = LONGEST_USER_NAME[database.engine];
        const suffix = strategy === "alternating-users" ? CLONE_SUFFIX.length : 0;
        return [
          { path: [...path, "user"], got: user, most: most - suffix },
          { path: [...path, "iamUser"], got: iamUser, most },
        ];
      }),
    holds: ({ got, most }) => Buffer.byteLength(got) <= most,
    must: ({ most }) => `a user of this secret may have at most ${most} characters`,
    fix: "choose a shorter name",
  }),
  rule({
    where: (draft) =>
      secretsOf(draft).map(({ path, secret }) => ({ path: [...path, "user"], got: secret.user })),
    holds: ({ got }) => !got.endsWith(CLONE_SUFFIX),
    must: `"${CLONE_SUFFIX}" ends the name of an alternate user`,
    fix: `leave "${CLONE_SUFFIX}" out`,
  }),
];

function usersOf({ path, secret: { user, strategy, iamUser } }: NamedSecret): NamedUser[] {
  return [
    { path: [...path, "user"], got: user, user },
    ...(strategy === "alternating-users"
      ? [{ path: [...path, "user"], got: user, user: `${user}${CLONE_SUFFIX}` }]
      : []),
    ...(iamUser ? [{ path: [...path, "iamUser"], got: iamUser, user: iamUser }] : []),
  ];
}

/** Users that an entry before, of the same database, has already. */
function repeatedUsers(draft: Draft) {
  const owners = new Map<string, number>();
  return secretsOf(draft).flatMap((named) =>
    usersOf(named).flatMap((place) => {
      const key = `${named.secret.database} ${place.user}`;
      const owner = owners.get(key);
      if (owner === undefined) owners.set(key, named.index);
      return owner === undefined ? [] : [{ ...place, owner }];
    }),
  );
}
