const CREATED_FOR = "Created by secret rotation for ";

/**
 * What is recorded beside a role: which secret it was made for, or handed over to.
 *
 * Only a superuser, or who has ADMIN OPTION on the role, can write it, and they could set the role's password anyway. A
 * secret's ARN ends in random characters, so a secret of the same name that is made later does not inherit the role.
 */
export function originOf(secretArn: string): string {
  return CREATED_FOR + secretArn;
}

/** Whether a text beside a role is the origin of some secret. */
export function isOrigin(text: string): boolean {
  return text.startsWith(CREATED_FOR);
}
