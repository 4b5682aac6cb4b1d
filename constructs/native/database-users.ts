import type { RotatedUser } from "./rotation-tags";

/** Ends the name of the second of two users that alternate, as AWS's rotation functions name it. */
export const CLONE = "_clone";

/** Every database user that a consumer of the secret may connect as. AWS's rotation functions name the second one. */
export function databaseUsers({ user, strategy, iamUser }: RotatedUser): string[] {
  return [
    user,
    ...(strategy === "alternating-users" ? [`${user}${CLONE}`] : []),
    ...(iamUser ? [iamUser] : []),
  ];
}
