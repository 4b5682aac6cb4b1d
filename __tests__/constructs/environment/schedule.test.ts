import {
  intervalHours,
  scheduleExpression,
  windowDuration,
  windowProblem,
} from "../../../constructs/environment/schedule";

test.each([
  "rate(4 hours)",
  "rate(1 day)",
  "rate(7 days)",
  "rate(999 days)",
  "cron(0 18 ? * SUN *)",
  "cron(0 /4 * * ? *)",
])("%s is a schedule", (schedule) => expect(scheduleExpression.safeParse(schedule).success).toBe(true));

test.each([
  "rate(3 hours)",
  "rate(1000 days)",
  "rate(0 days)",
  "rate(1.5 days)",
  "rate(5 minutes)",
  "every day",
  "cron(15 18 ? * SUN *)",
  "cron(0 18 * * SUN)",
  "cron(0 18 ? * SUN *) ",
  "",
])("%s is not a schedule", (schedule) => expect(scheduleExpression.safeParse(schedule).success).toBe(false));

test.each(["1h", "3h", "24h"])("%s is a window", (window) =>
  expect(windowDuration.safeParse(window).success).toBe(true),
);

test.each(["0h", "25h", "3", "3 h", "90m", ""])("%s is not a window", (window) =>
  expect(windowDuration.safeParse(window).success).toBe(false),
);

test.each([
  ["rate(12 hours)", 12],
  ["rate(1 day)", 24],
  ["rate(7 days)", 168],
  ["cron(0 18 ? * SUN *)", undefined],
])("%s comes every %s hours", (schedule, hours) => expect(intervalHours(schedule)).toBe(hours));

test("a window ends before the next rotation", () => {
  expect(windowProblem("rate(4 hours)", "3h")).toBeUndefined();
  expect(windowProblem("rate(4 hours)", "4h")).toBe(
    'must be shorter than the interval of rate(4 hours)\nwrite at most "3h"',
  );
});

test("a window ends within the UTC day", () => {
  expect(windowProblem("cron(0 18 ? * SUN *)", "6h")).toBeUndefined();
  expect(windowProblem("cron(0 18 ? * SUN *)", "7h")).toBe(
    'must end within the UTC day that cron(0 18 ? * SUN *) starts in\nwrite at most "6h"',
  );
});
