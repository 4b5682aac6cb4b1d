/** What the emulator is asked and has no answer to, and why a deploy gets on without. Anything else is new. */
export const UNKNOWN_OPERATIONS: Readonly<Record<string, string>> = {};
