/** Ends the name of the second of two users that alternate (`get_alt_username` of AWS's rotation functions). */
export const CLONE_SUFFIX = "_clone";

/** The other of the two users. */
export function alternateUser(username: string): string {
  return username.endsWith(CLONE_SUFFIX) ? username.slice(0, -CLONE_SUFFIX.length) : username + CLONE_SUFFIX;
}
