/**
 * The error for a name or a setting that breaks a rule.
 *
 * @param rule what must be, for example `VAULT_ADDR must …`.
 * @param value what it is, quoted in the message: no secret.
 */
export function wrongValue(rule: string, value: string, fix: string): Error {
  return new Error(`${rule}, got ${JSON.stringify(value)}; ${fix}`);
}
