import { OutOfTimeError } from "./errors";

/** Milliseconds until Lambda ends the present call (`context.getRemainingTimeInMillis`). */
export type TimeLeft = () => number;

export const UNLIMITED: TimeLeft = () => Number.POSITIVE_INFINITY;

/** For what comes after an attempt that took all of its time: to close connections and to say what happened. */
const RESERVE_MS = 2_000;

/** Nothing that is worth a try takes less. */
const LEAST_MS = 100;

/**
 * How long an attempt may take: `most` milliseconds, or as many as are left. Lambda ends a call that takes too long
 * without a word about the cause; so an attempt that there is no time for is an error before it begins.
 */
export function timeFor(intent: string, most: number, timeLeft: TimeLeft): number {
  const left = Math.floor(timeLeft() - RESERVE_MS);
  if (left >= LEAST_MS) return Math.min(most, left);
  throw new OutOfTimeError({
    problem: `Too little of the function's time is left to ${intent}`,
    remedy:
      "A later call goes on; it is safe to repeat. If it recurs, find out why the database " +
      "or Secrets Manager answers slowly, or raise the function's time limit.",
  });
}

const LOGIN_MS = 5_000;

/** An Aurora cluster that has paused resumes in about 15 s; after a day or more in 30 s or more. */
const RESUME_MS = 40_000;

/**
 * How long a login may take: as long as a cluster needs to resume, which holds the connection meanwhile. Where no limit
 * is known, nothing would end the wait for a server that hangs.
 */
export function timeForLogin(intent: string, timeLeft: TimeLeft): number {
  return timeFor(intent, Number.isFinite(timeLeft()) ? RESUME_MS : LOGIN_MS, timeLeft);
}
