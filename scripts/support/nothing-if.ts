/** For `catch`: an expected error is no value, any other goes on. */
export function nothingIf(expected: new (...args: never[]) => Error) {
  return (error: unknown): undefined => {
    if (error instanceof expected) return undefined;
    throw error;
  };
}
