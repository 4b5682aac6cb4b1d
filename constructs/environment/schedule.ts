import { says, text } from "./rule";

const HOUR = 1;
const DAY = 24 * HOUR;

const RATE = /^rate\(([1-9]\d*) (hours?|days?)\)$/;
const CRON_FIELD = "[A-Za-z0-9*?/,#L-]+";
const CRON = new RegExp(
  `^cron\\(0 ${CRON_FIELD} ${CRON_FIELD} ${CRON_FIELD} ${CRON_FIELD} ${CRON_FIELD}\\)$`,
);
const CRON_HOUR = /^cron\(0 (\d+) /;
const WINDOW = /^([1-9]|1\d|2[0-4])h$/;

/**
 * A rotation schedule: `rate(n hours|days)` between 4 hours and 999 days, or a six-field `cron()` in UTC whose minutes
 * field is 0 (AWS Secrets Manager user guide, "Schedule expressions in Secrets Manager rotation").
 */
export const scheduleExpression = text(
  /^(rate|cron)\(.+\)$/,
  'must be "rate(n hours)", "rate(n days)" or "cron(0 hour day-of-month month day-of-week year)"',
  'write for example "rate(7 days)" or "cron(0 18 ? * SUN *)"',
).superRefine((value, context) => {
  const problem = scheduleProblem(value);
  if (problem) context.addIssue({ code: "custom", message: problem });
});

/** Length of the rotation window in whole hours, for example `3h`. */
export const windowDuration = text(
  WINDOW,
  "must be a number of hours from 1h to 24h",
  'write for example "3h"',
);

/** Hours between two rotations of a `rate()` schedule; undefined for `cron()`, whose interval varies. */
export function intervalHours(schedule: string): number | undefined {
  const match = RATE.exec(schedule);
  if (!match) return undefined;
  return Number(match[1]) * (match[2]?.startsWith("day") ? DAY : HOUR);
}

/**
 * What is wrong with a window for its schedule, if anything: it must end before the next rotation and within the UTC
 * day (AWS Secrets Manager user guide, "Schedule expressions in Secrets Manager rotation").
 */
export function windowProblem(schedule: string, window: string): string | undefined {
  const hours = Number.parseInt(window, 10);
  const interval = intervalHours(schedule);
  if (interval !== undefined && hours >= interval) {
    return says(`must be shorter than the interval of ${schedule}`, `write at most "${interval - 1}h"`);
  }
  const start = CRON_HOUR.exec(schedule)?.[1];
  if (start !== undefined && Number(start) + hours > 24) {
    return says(
      `must end within the UTC day that ${schedule} starts in`,
      `write at most "${24 - Number(start)}h"`,
    );
  }
  return undefined;
}

function scheduleProblem(value: string): string | undefined {
  if (value.startsWith("cron")) {
    return CRON.test(value)
      ? undefined
      : says(
          "a cron schedule has six fields and starts with minute 0: cron(0 hour day-of-month month day-of-week year)",
          'write for example "cron(0 18 ? * SUN *)", in UTC',
        );
  }
  const interval = intervalHours(value);
  if (interval === undefined) {
    return says("a rate schedule is rate(n hours) or rate(n days)", 'write for example "rate(7 days)"');
  }
  return interval >= 4 * HOUR && interval <= 999 * DAY
    ? undefined
    : says(
        "Secrets Manager rotates at most every 4 hours and at least every 999 days",
        'write "rate(7 days)"',
      );
}
