/**
 * What takes the user's own AWS settings, and those of the provider, out of a child's environment: an
 * `AWS_ENDPOINT_URL` or `TF_AWS_STS_ENDPOINT` there would come before the emulator's.
 */
export function withoutAwsSettings(environment: NodeJS.ProcessEnv = process.env): Record<string, undefined> {
  const names = Object.keys(environment).filter((name) => /^(TF_)?AWS_/.test(name));
  return Object.fromEntries(names.map((name) => [name, undefined]));
}
