import { CLONE } from "../native/database-users";
import { broken, type Problem } from "./problem";
import type { Sections } from "./schema";

/** Longest user name, in bytes: PostgreSQL reference "Identifiers" (63), MySQL reference "Account Names" (32). */
const LONGEST_USER = { "aurora-postgresql": 63, "aurora-mysql": 32 };

/** Users that Amazon RDS makes and changes itself. */
const RDS_USERS = [
  "rdsadmin",
  "rds_superuser",
  "rds_iam",
  "rdsproxyadmin",
  "postgres",
  "root",
  "admin",
  "mysql",
];

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

/** The rotation function would change a password that RDS keeps in its own secret. */
function usersAreOurs(sections: Sections): Problem[] {
  const { database } = sections;
  const superuser = database?.kind === "created" ? database.superuserName : undefined;
  const taken = superuser === undefined ? RDS_USERS : [superuser, ...RDS_USERS];
  return usersOf(sections)
    .filter(({ user }) => taken.includes(user.toLowerCase()))
    .map(({ path, got, user }) =>
      broken(path, got, `"${user}" is a user that RDS makes and changes itself`, "choose another user name"),
    );
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

function usersHaveShortNames(sections: Sections): Problem[] {
  if (!sections.database) return [];
  const longest = LONGEST_USER[sections.database.engine];
  return usersOf(sections)
    .filter(({ user }) => Buffer.byteLength(user) > longest)
    .map(({ path, got, user }) =>
      broken(
        path,
        got,
        `a user of this secret may have at most ${longest - (user.length - got.length)} characters`,
        "choose a shorter name",
      ),
    );
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
