import { asciiJson } from "../support/text";

/** Facts about one event. Names, ids, codes and durations; never a value. */
export type Facts = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface Log {
  info(outcome: string, facts?: Facts): void;
  warn(outcome: string, facts?: Facts): void;
  error(outcome: string, facts?: Facts): void;
  /** A log whose records all carry these facts as well. */
  with(facts: Facts): Log;
}

/** One JSON object per line, in printable ASCII, so that no name in a secret can start a line of its own. */
export function createLog(write: (line: string) => void = console.log, common: Facts = {}): Log {
  const record = (level: string) => (outcome: string, facts?: Facts) =>
    write(asciiJson({ level, ...common, outcome, ...facts }));
  return {
    info: record("info"),
    warn: record("warn"),
    error: record("error"),
    with: (facts) => createLog(write, { ...common, ...facts }),
  };
}
