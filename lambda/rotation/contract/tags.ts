import { InvalidTagsError } from "../support/errors";
import { quote } from "../support/text";
import { encodeGrant, type Grant, parseGrants } from "./grants";
import { isPowerfulRole } from "./powerful-roles";
import { type RotatedUser, STRATEGIES, type StrategyName } from "./rotated-user";
import { alternateUser } from "./user-names";

/** Names of the tags. */
const TAG = {
  user: "rotation:user",
  database: "rotation:database",
  strategy: "rotation:strategy",
  groupRoles: "rotation:group-roles",
  grants: "rotation:grants",
  iamUser: "rotation:iam-user",
} as const;

/**
 * The SHA-256 of the connection and user that the secret's value was last written for. The rotation function does not
 * read it: who deploys compares it with what the environment says now, without reading a value.
 */
export const VALUE_TAG = "rotation:value";

/** The tags that declare a user to the rotation function. */
export function rotationTags(
  { user, strategy, groupRoles = [], grants = [], iamUser }: RotatedUser,
  databaseName: string,
): Record<string, string> {
  return {
    [TAG.user]: user,
    [TAG.database]: databaseName,
    [TAG.strategy]: strategy,
    ...(groupRoles.length > 0 && { [TAG.groupRoles]: groupRoles.join(" ") }),
    ...(grants.length > 0 && { [TAG.grants]: grants.map(encodeGrant).join(" ") }),
    ...(iamUser && { [TAG.iamUser]: iamUser }),
  };
}

/**
 * What the owner of the secret declared in its tags: who the user is and what it may be given.
 *
 * It is read from tags and never from the secret's value because a tag takes `secretsmanager:TagResource` to write,
 * so that somebody with `PutSecretValue` alone cannot have privileges granted.
 */
export interface Declaration {
  /** @default - alternating-users when the secret has a `masterarn`, else single-user, as one picks AWS's function */
  readonly strategy: StrategyName | undefined;
  /** The database user; the secret may name it or its alternate. @default - no such check */
  readonly user: string | undefined;
  /** The database in which the superuser may act for this secret. @default - the one that the value names */
  readonly database: string | undefined;
  readonly groupRoles: readonly string[];
  readonly grants: readonly Grant[];
  /** A role that logs in with IAM authentication. @default - none */
  readonly iamUser: string | undefined;
}

export function readTags(tags: ReadonlyMap<string, string>): Declaration {
  const problems: string[] = [];
  const words = (name: string): string[] => (tags.get(name) ?? "").split(/\s+/).filter((word) => word !== "");
  const single = (name: string): string | undefined => {
    const [word, ...others] = words(name);
    if (others.length > 0) problems.push(`${name} must be one name, got ${quote(tags.get(name) ?? "")}`);
    return word;
  };

  const strategy = single(TAG.strategy);
  if (strategy !== undefined && !isStrategyName(strategy)) {
    problems.push(`${TAG.strategy} must be ${STRATEGIES.join(" or ")}, got ${quote(strategy)}`);
  }
  const groupRoles = words(TAG.groupRoles);
  // Who may write tags of some secret must not become an administrator through it.
  const powerful = groupRoles.filter(isPowerfulRole);
  if (powerful.length > 0) {
    problems.push(
      `${TAG.groupRoles} must not have ${powerful.map(quote).join(", ")}: they reach beyond one user of one database`,
    );
  }
  const user = single(TAG.user);
  const iamUser = single(TAG.iamUser);
  if (iamUser !== undefined && user !== undefined && [user, alternateUser(user)].includes(iamUser)) {
    problems.push(
      `${TAG.iamUser} must be another role than ${TAG.user} and its alternate, got ${quote(iamUser)}`,
    );
  }
  const database = single(TAG.database);
  const { grants, problems: grantProblems } = parseGrants(words(TAG.grants));
  problems.push(...grantProblems.map((problem) => `${TAG.grants} ${problem}`));

  if (problems.length > 0) {
    throw new InvalidTagsError({
      problem: `The tags of the secret are not valid: ${problems.join("; ")}`,
      remedy: "Correct the tags where the secret is declared.",
    });
  }
  return { strategy: strategy as StrategyName | undefined, user, database, groupRoles, grants, iamUser };
}

function isStrategyName(text: string): text is StrategyName {
  return STRATEGIES.some((name) => name === text);
}
