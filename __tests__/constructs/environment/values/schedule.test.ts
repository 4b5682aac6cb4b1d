import {
  scheduleExpression,
  windowDuration,
  windowProblem,
} from "../../../../constructs/environment/values/schedule";

test.each([
  "rate(4 hours)",
  "rate(36 hours)",
  "rate(1 day)",
  "rate(7 days)",
  "rate(999 days)",
  // The examples of the AWS Secrets Manager User Guide.
  "cron(0 /8 * * ? *)",
  "cron(0 8/8 * * ? *)",
  "cron(0 4/12 * * ? *)",
  "cron(0 2/10 * * ? *)",
  "cron(0 10 * * ? *)",
  "cron(0 18 ? * SAT *)",
  "cron(0 8 1 * ? *)",
  "cron(0 1 ? 1/3 SUN#1 *)",
  "cron(0 17 L * ? *)",
  "cron(0 8 ? * MON-FRI *)",
  "cron(0 16 1,15 * ? *)",
  "cron(0 0 SUNL * ? *)",
  "cron(0 0 1/2 JAN,APR,JUL,OCT ? *)",
  "cron(0 0 1-15 1-3 ? *)",
  // Neighbours of what is refused.
  "cron(0 0,4,8,12,16,20 * * ? *)",
  "cron(0 */4 * * ? *)",
  "cron(0 0-20/5 * * ? *)",
  "cron(0 2,22 * * ? *)",
  "cron(0 0,21 ? * SUN *)",
  "cron(0 0,21 2/2 * ? *)",
  "cron(0 23 31 12 ? *)",
  "cron(0 18 ? * 7 *)",
  "cron(0 18 ? * FRI-MON *)",
  "cron(0 18 ? * 2L,TUE#5 *)",
  "cron(0 18 LW * ? *)",
  "cron(0 18 15W * ? *)",
])("%s is a schedule", (schedule) => expect(scheduleExpression.safeParse(schedule).success).toBe(true));

test.each([
  ["rate(3 hours)", "Secrets Manager rotates at most every 4 hours and at least every 999 days"],
  ["rate(1000 days)", "Secrets Manager rotates at most every 4 hours and at least every 999 days"],
  ["rate(23977 hours)", "Secrets Manager rotates at most every 4 hours and at least every 999 days"],
  ["rate(0 days)", "a rate schedule is rate(n hours) or rate(n days)"],
  ["rate(1.5 days)", "a rate schedule is rate(n hours) or rate(n days)"],
  ["rate(5 minutes)", "a rate schedule is rate(n hours) or rate(n days)"],
  ["every day", 'must be "rate(n hours)", "rate(n days)" or'],
  ["cron(0 18 ? * SUN *) ", 'must be "rate(n hours)", "rate(n days)" or'],
  ["", 'must be "rate(n hours)", "rate(n days)" or'],
  ["cron(0 18 * * SUN)", "a cron schedule has six fields"],
  ["cron(0 18 ? * SUN * *)", "a cron schedule has six fields"],
  ["cron(15 18 ? * SUN *)", "minutes must be 0"],
  ["cron(0 18 ? * SUN 2030)", "year must be *"],
  ["cron(0 18 * * * *)", "exactly one of day-of-month and day-of-week must be ?"],
  ["cron(0 18 1 * SUN *)", "exactly one of day-of-month and day-of-week must be ?"],
  ["cron(0 18 ? * ? *)", "exactly one of day-of-month and day-of-week must be ?"],
  ["cron(0 24 * * ? *)", 'hours must be 0 to 23, not "24"'],
  ["cron(0 18, * * ? *)", 'hours must be 0 to 23, not ""'],
  ["cron(0 L * * ? *)", 'hours must be 0 to 23, not "L"'],
  ["cron(0 0x4 * * ? *)", 'hours must be 0 to 23, not "0x4"'],
  ["cron(0 4/0 * * ? *)", 'hours must be 0 to 23, not "4/0"'],
  ["cron(0 18 0 * ? *)", 'day-of-month must be 1 to 31, not "0"'],
  ["cron(0 18 1,32 * ? *)", 'day-of-month must be 1 to 31, not "32"'],
  ["cron(0 18 SUN * ? *)", 'day-of-month must be 1 to 31, not "SUN"'],
  ["cron(0 18 1 13 ? *)", 'month must be 1 to 12, not "13"'],
  ["cron(0 18 1 JANUARY ? *)", 'month must be 1 to 12, not "JANUARY"'],
  ["cron(0 18 ? * 8 *)", 'day-of-week must be 1 to 7, not "8"'],
  ["cron(0 18 ? * TUE#6 *)", 'day-of-week must be 1 to 7, not "TUE#6"'],
  ["cron(0 * * * ? *)", "a secret is rotated at most every 4 hours"],
  ["cron(0 /3 * * ? *)", "a secret is rotated at most every 4 hours"],
  ["cron(0 8-9 * * ? *)", "a secret is rotated at most every 4 hours"],
  ["cron(0 8,11 * * ? *)", "a secret is rotated at most every 4 hours"],
  ["cron(0 1,22 * * ? *)", "a secret is rotated at most every 4 hours"],
  ["cron(0 0,21 1,31 * ? *)", "a secret is rotated at most every 4 hours"],
  ["cron(0 0,21 ? * SAT,SUN *)", "a secret is rotated at most every 4 hours"],
])("%s is not a schedule: %s", (schedule, rule) => {
  const { error } = scheduleExpression.safeParse(schedule);
  expect(error?.issues[0]?.message).toContain(rule);
});

test.each(["1h", "3h", "24h"])("%s is a window", (window) =>
  expect(windowDuration.safeParse(window).success).toBe(true),
);

test.each(["0h", "25h", "3", "3 h", "90m", ""])("%s is not a window", (window) =>
  expect(windowDuration.safeParse(window).success).toBe(false),
);

test.each([
  ["rate(4 hours)", 4],
  ["rate(12 hours)", 12],
  ["rate(36 hours)", 24],
  ["rate(1 day)", 24],
  ["rate(7 days)", 24],
  ["cron(0 0 * * ? *)", 24],
  ["cron(0 18 ? * SUN *)", 6],
  ["cron(0 23 1 * ? *)", 1],
  ["cron(0 2/10 * * ? *)", 2],
  ["cron(0 0,4,12 * * ? *)", 4],
])("the window of %s is at most %dh long", (schedule, longest) => {
  expect(windowProblem(schedule, `${longest}h`)).toBeUndefined();
  if (longest === 24) return;
  expect(windowProblem(schedule, `${longest + 1}h`)).toBe(
    `must end with the UTC day, and not after the next window of ${schedule} opens\nwrite at most "${longest}h"`,
  );
});
