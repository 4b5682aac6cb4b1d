import { inspect } from "node:util";

type Reader = typeof import("../../../../lambda/secret-reader");

const own = { ...process.env };

/** A new execution environment of a function: these variables, and a reader with nothing in its cache. */
export async function readerIn(variables: Readonly<Record<string, string | undefined>>): Promise<Reader> {
  leaveExecutionEnvironment();
  for (const [name, value] of Object.entries(variables)) if (value !== undefined) process.env[name] = value;
  jest.resetModules();
  return await import("../../../../lambda/secret-reader");
}

export function leaveExecutionEnvironment(): void {
  process.env = { ...own };
}

/** What a read failed with; its class is known by its name only, because each reader has its own classes. */
export async function failureOf(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => {
      throw new Error("it did not fail");
    },
    (error: Error) => error,
  );
}

/** Everything that is in an error, its cause and what hangs on that included, and so all that a log may show. */
export function shown(error: Error): string {
  return inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true });
}
