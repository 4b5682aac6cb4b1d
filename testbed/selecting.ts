/** Has a child use an environment (a name or a path) as its file has it, whatever the user's own SECRET_BACKEND. */
export function selecting(environment: string): Readonly<Record<string, string | undefined>> {
  return { ENVIRONMENT: environment, SECRET_BACKEND: undefined };
}
