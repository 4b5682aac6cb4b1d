/** Characters that neither a Vault path nor a policy gives a meaning of their own. */
const SECRET_NAME = /^[A-Za-z0-9][\w.=@-]*$/;

export const SECRET_NAME_RULE =
  "in Vault must start with a letter or digit and hold letters, digits and . _ = @ - only";

/** Whether a secret in Vault can have this name. */
export function isVaultSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}
