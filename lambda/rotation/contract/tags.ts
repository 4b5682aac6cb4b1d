import { InvalidTagsError } from "../support/errors";
import { quote } from "../support/text";
import { type Grant, parseGrants } from "./grants";
import { isPowerfulRole } from "./powerful-roles";

export type StrategyName = "single-user" | "alternating-users";

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

  const strategy = single("rotation:strategy");
  if (strategy !== undefined && !isStrategyName(strategy)) {
    problems.push(`rotation:strategy must be single-user or alternating-users, got ${quote(strategy)}`);
  }
  const groupRoles = words("rotation:group-roles");
  // Who may write tags of some secret must not become an administrator through it.
  const powerful = groupRoles.filter(isPowerfulRole);
  if (powerful.length > 0) {
    problems.push(
      `rotation:group-roles must not have ${powerful.map(quote).join(", ")}: they reach beyond one user of one database`,
    );
  }
  const user = single("rotation:user");
  const iamUser = single("rotation:iam-user");
  if (iamUser !== undefined && user !== undefined && [user, `${user}_clone`].includes(iamUser)) {
    problems.push(
      `rotation:iam-user must be another role than rotation:user and its alternate, got ${quote(iamUser)}`,
    );
  }
  const database = single("rotation:database");
  const { grants, problems: grantProblems } = parseGrants(words("rotation:grants"));
  problems.push(...grantProblems.map((problem) => `rotation:grants ${problem}`));

  if (problems.length > 0) {
    throw new InvalidTagsError({
      problem: `The tags of the secret are not valid: ${problems.join("; ")}`,
      remedy: "Correct the tags where the secret is declared.",
    });
  }
  return { strategy: strategy as StrategyName | undefined, user, database, groupRoles, grants, iamUser };
}

function isStrategyName(text: string): text is StrategyName {
  return text === "single-user" || text === "alternating-users";
}
