import type { FaultOptions } from "./faults";

/** Each kind happens in a deploy, and none is more than SDKs and provider are made to survive. */
export function badDay(seed: number): FaultOptions {
  return { seed, latencyMs: 300, leftRate: (perSecond) => Math.max(perSecond / 10, 0.5), staleMs: 3_000 };
}

/** With the seed that BAD_DAY_SEED has, or else another each time. */
export function badDayOf({ BAD_DAY_SEED }: NodeJS.ProcessEnv): FaultOptions {
  return badDay(Number(BAD_DAY_SEED ?? Math.floor(Math.random() * 2 ** 31)));
}
