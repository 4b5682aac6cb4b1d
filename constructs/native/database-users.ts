import type { RotatedUser } from "./rotation-tags";

/** Every database user that a consumer of the secret may connect as. AWS's rotation functions name the second one. */
export function databaseUsers({ user, strategy, iamUser }: RotatedUser): string[] {
  return [
    user,
    ...(strategy === "alternating-users" ? [`${user}_clone`] : []),
    ...(iamUser ? [iamUser] : []),
  ];
}
