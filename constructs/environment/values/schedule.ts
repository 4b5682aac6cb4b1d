import { longestWindow, parseCron } from "./cron";
import { message, text } from "./format";

const DAY = 24;
const RATE = /^rate\(([1-9]\d*) (hours?|days?)\)$/;

/** A rotation schedule in UTC (AWS Secrets Manager User Guide, "Rotation schedules"). */
export const scheduleExpression = text(
  /^(rate|cron)\(.+\)$/,
  'must be "rate(n hours)", "rate(n days)" or "cron(0 hours day-of-month month day-of-week *)"',
  'write for example "rate(7 days)" or "cron(0 18 ? * SUN *)"',
).superRefine((value, context) => {
  const problem = scheduleProblem(value);
  if (problem) context.addIssue({ code: "custom", message: problem });
});

/** Length of the rotation window in whole hours, for example `3h`. */
export const windowDuration = text(
  /^([1-9]|1\d|2[0-4])h$/,
  "must be a number of hours from 1h to 24h",
  'write for example "3h"',
);

/**
 * What is wrong with a window for its schedule, if anything. A window opens at midnight, or at the hours of `cron()`.
 * It must end before the next one opens and within the UTC day (AWS Secrets Manager User Guide, "Rotation schedules").
 */
export function windowProblem(schedule: string, window: string): string | undefined {
  const longest = longestWindowOf(schedule);
  if (longest === undefined || Number.parseInt(window, 10) <= longest) return undefined;
  return message(
    `must end with the UTC day, and not after the next window of ${schedule} opens`,
    `write at most "${longest}h"`,
  );
}

function longestWindowOf(schedule: string): number | undefined {
  if (schedule.startsWith("rate")) return Math.min(intervalHours(schedule) ?? DAY, DAY);
  const cron = parseCron(schedule);
  return "hours" in cron ? longestWindow(cron.hours) : undefined;
}

function scheduleProblem(value: string): string | undefined {
  if (value.startsWith("cron")) {
    const cron = parseCron(value);
    return "problem" in cron ? cron.problem : undefined;
  }
  const interval = intervalHours(value);
  if (interval === undefined) {
    return message("a rate schedule is rate(n hours) or rate(n days)", 'write for example "rate(7 days)"');
  }
  return interval >= 4 && interval <= 999 * DAY
    ? undefined
    : message(
        "Secrets Manager rotates at most every 4 hours and at least every 999 days",
        'write "rate(7 days)"',
      );
}

function intervalHours(rate: string): number | undefined {
  const [, count, unit] = RATE.exec(rate) ?? [];
  if (!count) return undefined;
  return Number(count) * (unit?.startsWith("day") ? DAY : 1);
}
