export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The value of a variable that the function cannot do without.
 *
 * @throws Error that says what the variable means and who sets it.
 */
export function required(
  environment: Environment,
  variable: string,
  meaning: string,
  setBy = "grantRead",
): string {
  const value = environment[variable];
  if (!value) throw new Error(`${variable} must ${meaning}, got nothing; ${setBy} sets it`);
  return value;
}
