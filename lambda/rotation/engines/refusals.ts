import { DatabaseCommandError } from "../support/errors";

export function isRefusal(error: unknown, ...codes: readonly string[]): error is DatabaseCommandError {
  return error instanceof DatabaseCommandError && codes.includes(error.code ?? "");
}

/** Runs `act`. If the database refuses it with one of the codes, this is what to do. */
export async function withRemedy<T>(
  remedy: string,
  codes: readonly string[],
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw isRefusal(error, ...codes) ? error.withRemedy(remedy) : error;
  }
}
