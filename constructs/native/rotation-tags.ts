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
   * Privileges given to the user when it is created.
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

const LONGEST_TAG_VALUE = 256;

/**
 * The tags from which the rotation function learns what it may do. They are tags and not part of the secret's value,
 * so that whoever may only write the value cannot have privileges granted.
 *
 * @throws Error if a list does not fit into a tag.
 */
export function rotationTags(props: RotatedUser): Record<string, string> {
  const lists: [string, readonly string[]][] = [
    ["rotation:group-roles", props.groupRoles ?? []],
    ["rotation:grants", (props.grants ?? []).map(encodeGrant)],
    ["rotation:iam-user", props.iamUser ? [props.iamUser] : []],
  ];
  return {
    "rotation:user": props.user,
    "rotation:strategy": props.strategy,
    ...Object.fromEntries(
      lists.filter(([, values]) => values.length > 0).map(([key, values]) => [key, join(key, values)]),
    ),
  };
}

function join(key: string, values: readonly string[]): string {
  const value = values.join(" ");
  if (value.length > LONGEST_TAG_VALUE) {
    throw new Error(
      `\`${key}\` must fit into a tag of ${LONGEST_TAG_VALUE} characters, got ${value.length}; give the privileges to a group role and name that role`,
    );
  }
  return value;
}

function encodeGrant(grant: Grant): string {
  const target = grant.on === "database" ? "database" : `${grant.on}:${grant.schema}`;
  return `${grant.privileges.join("+")}:${target}`;
}
