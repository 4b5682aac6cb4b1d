import type { Grant } from "./grants";
import { alternateUser } from "./user-names";

export const STRATEGIES = ["single-user", "alternating-users"] as const;

export type StrategyName = (typeof STRATEGIES)[number];

/** Who a secret belongs to and what the rotation function may give it. */
export interface RotatedUser {
  /** Database user whose password the secret holds. */
  readonly user: string;
  readonly strategy: StrategyName;
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

/** Every database user that a reader of the secret may connect as. */
export function databaseUsers({ user, strategy, iamUser }: RotatedUser): string[] {
  return [
    user,
    ...(strategy === "alternating-users" ? [alternateUser(user)] : []),
    ...(iamUser ? [iamUser] : []),
  ];
}
