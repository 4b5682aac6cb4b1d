import { CLONE } from "../native/database-users";
import { broken, firstOfEachPath, type Problem } from "./problem";
import { isReservedUser, USUAL_SUPERUSER } from "./reserved-names";
import type { Sections } from "./schema";

/** Longest user name, in bytes: PostgreSQL reference "Identifiers" (63), MySQL reference "Account Names" (32). */
export const LONGEST_USER = { "aurora-postgresql": 63, "aurora-mysql": 32 };

/** Rules about the database users of secrets. */
export const userChecks = [usersAreOurs, usersAreDistinct, usersHaveShortNames, alternatesAreNotNamed];

interface NamedUser {
  readonly path: PropertyKey[];
  /** As written, for messages. */
  readonly got: string;
  /** As it will be called in the database. */
  readonly user: string;
}

function usersOf({ secrets = [] }: Sections): NamedUser[] {
  return secrets.flatMap(({ user, strategy, iamUser }, index) => [
    { path: ["secrets", index, "user"], got: user, user },
    ...(strategy === "alternating-users"
      ? [{ path: ["secrets", index, "user"], got: user, user: `${user}${CLONE}` }]
      : []),
    ...(iamUser ? [{ path: ["secrets", index, "iamUser"], got: iamUser, user: iamUser }] : []),
  ]);
}

function usersAreOurs(sections: Sections): Problem[] {
  const { database } = sections;
  if (!database) return [];
  const { engine } = database;
  // The rotation function would change a password that RDS keeps in its own secret.
  const superuser = database.kind === "created" ? database.superuserName : USUAL_SUPERUSER[engine];
  const fault = (user: string): string | undefined => {
    if (user === superuser) return `"${user}" is the superuser, whose password RDS keeps`;
    return isReservedUser(engine, user) ? `"${user}" is kept by RDS or the engine for itself` : undefined;
  };
  const problems = usersOf(sections).flatMap(({ path, got, user }) => {
    const rule = fault(user);
    return rule ? [broken(path, got, rule, "choose another user name")] : [];
  });
  return firstOfEachPath(problems);
}

function usersAreDistinct(sections: Sections): Problem[] {
  const users = usersOf(sections);
  return users.flatMap(({ path, got, user }, index) => {
    const first = users.findIndex((other) => other.user === user);
    if (first === index) return [];
    const owner = `secrets[${String(users[first]?.path[1])}]`;
    return [
      broken(
        path,
        got,
        `database user "${user}" belongs to ${owner} already; each user has one secret`,
        "choose another user name",
      ),
    ];
  });
}

function usersHaveShortNames({ secrets = [], database }: Sections): Problem[] {
  if (!database) return [];
  const longest = LONGEST_USER[database.engine];
  const fault = (path: PropertyKey[], user: string, most: number) =>
    Buffer.byteLength(user) > most
      ? [
          broken(
            path,
            user,
            `a user of this secret may have at most ${most} characters`,
            "choose a shorter name",
          ),
        ]
      : [];
  return secrets.flatMap(({ user, iamUser = "", strategy }, index) => [
    ...fault(
      ["secrets", index, "user"],
      user,
      longest - (strategy === "alternating-users" ? CLONE.length : 0),
    ),
    ...fault(["secrets", index, "iamUser"], iamUser, longest),
  ]);
}

function alternatesAreNotNamed({ secrets = [] }: Sections): Problem[] {
  return secrets.flatMap(({ user }, index) =>
    user.endsWith(CLONE)
      ? [
          broken(
            ["secrets", index, "user"],
            user,
            `"${CLONE}" ends the name of an alternate user`,
            `leave "${CLONE}" out`,
          ),
        ]
      : [],
  );
}
