export type Grant =
  | { readonly on: "database"; readonly privileges: readonly string[] }
  | {
      readonly on: "schema" | "tables" | "sequences";
      readonly schema: string;
      readonly privileges: readonly string[];
    };

export type RotationStrategy = "single-user" | "alternating-users";

/** Who a secret belongs to and what the rotation function may give it. */
export interface RotatedUser {
  /** Database user whose password the secret holds. */
  readonly user: string;
  readonly strategy: RotationStrategy;
  /**
   * Existing database roles that the user becomes a member of.
   *
   * @default - none
   */
  readonly groupRoles?: readonly string[];
  /**
   * Privileges given to the user at the first rotation (alternating users: at each).
   *
   * @default - none
   */
  readonly grants?: readonly Grant[];
  /**
   * A second user, without a password, for IAM database authentication.
   *
   * @default - none
   */
  readonly iamUser?: string;
}

/**
 * The tags from which the rotation function learns what it may do. They are tags and not part of the secret's value,
 * so that whoever may only write the value cannot have privileges granted.
 */
export function rotationTags(
  { user, strategy, groupRoles = [], grants = [], iamUser }: RotatedUser,
  databaseName: string,
): Record<string, string> {
  return {
    "rotation:user": user,
    "rotation:database": databaseName,
    "rotation:strategy": strategy,
    ...(groupRoles.length > 0 && { "rotation:group-roles": groupRoles.join(" ") }),
    ...(grants.length > 0 && { "rotation:grants": grants.map(encodeGrant).join(" ") }),
    ...(iamUser && { "rotation:iam-user": iamUser }),
  };
}

function encodeGrant(grant: Grant): string {
  const target = grant.on === "database" ? "database" : `${grant.on}:${grant.schema}`;
  return `${grant.privileges.join("+")}:${target}`;
}
