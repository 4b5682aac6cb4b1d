/**
 * What takes the user's own AWS settings out of a child's environment: an `AWS_ENDPOINT_URL` there would come before
 * the emulator's.
 */
export function withoutAwsSettings(environment: NodeJS.ProcessEnv = process.env): Record<string, undefined> {
  const names = Object.keys(environment).filter((name) => name.startsWith("AWS_"));
  return Object.fromEntries(names.map((name) => [name, undefined]));
}
