import type { Datum } from "./metrics";

/** A metric filter, as Terraform deployed it. */
export interface LogFilter {
  readonly logGroupName: string;
  readonly pattern: string;
  readonly namespace: string;
  readonly metricName: string;
}

/**
 * What CloudWatch Logs makes of a log by its filters: no emulator does. Known is the pattern of words of which one is
 * enough (Amazon CloudWatch Logs User Guide, "Filter pattern syntax").
 */
export function filteredData(filters: readonly LogFilter[], logGroupName: string, log: string): Datum[] {
  return filters
    .filter((filter) => filter.logGroupName === logGroupName)
    .flatMap(({ pattern, namespace, metricName }) => {
      const words = wordsOf(pattern);
      const matching = log.split("\n").filter((line) => words.some((word) => line.includes(word)));
      return matching.map(() => ({ namespace, metricName, dimensions: {}, value: 1 }));
    });
}

function wordsOf(pattern: string): readonly string[] {
  if (!/^(\?"[^"]*" ?)+$/.test(pattern))
    throw new Error(`of the filters of functions' logs, those with ?"…" are known here, got ${pattern}`);
  return [...pattern.matchAll(/\?"([^"]*)"/g)].map(([, word = ""]) => word);
}
