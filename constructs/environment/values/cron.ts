import { message } from "./format";

interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Of the values, from the first. */
  readonly names?: readonly string[];
  /** What else may be written, which stands for days that differ from month to month. */
  readonly days?: RegExp;
}

const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const HOURS: Field = { name: "hours", from: 0, to: 23 };
const DAY_OF_MONTH: Field = {
  name: "day-of-month",
  from: 1,
  to: 31,
  days: /^(LW?|([1-9]|[12]\d|3[01])W|(SUN|MON|TUE|WED|THU|FRI|SAT)L)$/i,
};
const MONTH: Field = { name: "month", from: 1, to: 12, names: MONTHS };
const DAY_OF_WEEK: Field = {
  name: "day-of-week",
  from: 1,
  to: 7,
  names: DAYS,
  days: /^(L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5]))$/i,
};

const EXAMPLE = 'write for example "cron(0 18 ? * SUN *)", in UTC';
const SHORTEST_GAP = 4;
const MIDNIGHT = 24;

/** Starts of the rotation windows of a day, in UTC, or what is wrong with the expression. */
export type Cron = { readonly hours: readonly number[] } | { readonly problem: string };

/** AWS Secrets Manager User Guide, "Rotation schedules", "Cron expressions". */
export function parseCron(expression: string): Cron {
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year, ...others] = expression
    .replace(/^cron\(|\)$/g, "")
    .split(/ +/);
  if (!hours || !dayOfMonth || !month || !dayOfWeek || !year || others.length > 0)
    return problem("a cron schedule has six fields: cron(0 hours day-of-month month day-of-week *)");
  if (minutes !== "0") return problem("minutes must be 0: rotation windows open on the hour");
  if (year !== "*") return problem("year must be *: a secret is rotated every year");
  if ((dayOfMonth === "?") === (dayOfWeek === "?"))
    return problem("exactly one of day-of-month and day-of-week must be ?");

  const parsed = [
    valuesOf(hours, HOURS),
    valuesOf(month, MONTH),
    dayOfWeek === "?" ? valuesOf(dayOfMonth, DAY_OF_MONTH) : valuesOf(dayOfWeek, DAY_OF_WEEK),
  ];
  const wrong = parsed.find((values) => typeof values === "string");
  if (wrong) return problem(wrong);
  const [starts = [], , days = []] = parsed as number[][];
  const consecutive = days.some((day) => days.includes(dayOfWeek === "?" ? (day % 31) + 1 : (day % 7) + 1));
  return shortestGap(starts, consecutive) < SHORTEST_GAP
    ? problem("a secret is rotated at most every 4 hours, from day to day too")
    : { hours: starts };
}

/** Hours from the start of a window to the next one, or to midnight, which it may not cross. */
export function longestWindow(hours: readonly number[]): number {
  return Math.min(...hours.map((hour, index) => (hours[index + 1] ?? MIDNIGHT) - hour));
}

function shortestGap(hours: readonly number[], consecutiveDays: boolean): number {
  const gaps = hours.slice(1).map((hour, index) => hour - (hours[index] ?? 0));
  const overnight = MIDNIGHT - (hours.at(-1) ?? 0) + (hours[0] ?? 0);
  return Math.min(...gaps, ...(consecutiveDays ? [overnight] : []));
}

/** The values that a field stands for, in order; none for days that differ from month to month. */
function valuesOf(text: string, field: Field): number[] | string {
  const values: number[] = [];
  for (const item of text.split(",")) {
    if (field.days?.test(item)) continue;
    const more = itemValues(item, field);
    if (!more) return `${field.name} must be ${field.from} to ${field.to}, not "${item}"`;
    values.push(...more);
  }
  return [...new Set(values)].sort((a, b) => a - b);
}

/** `5`, `*`, `1-5`, `/4`, `1/4` or `1-5/2`; ranges may go past the end, as from Friday to Monday. */
function itemValues(item: string, field: Field): number[] | undefined {
  const match = /^(?:\*|(\d+|[a-z]+)(?:-(\d+|[a-z]+))?)?(?:\/(\d+))?$/i.exec(item);
  if (!match || item === "") return undefined;
  const [, first, last, increment] = match;
  const step = increment === undefined ? 1 : Number(increment);
  const start = first === undefined ? field.from : numberOf(first, field);
  const openEnd = first === undefined || increment !== undefined ? field.to : start;
  const end = last === undefined ? openEnd : numberOf(last, field);
  if (start === undefined || end === undefined || step === 0) return undefined;
  const size = field.to - field.from + 1;
  const width = (end - start + size) % size;
  return Array.from(
    { length: Math.floor(width / step) + 1 },
    (_, index) => field.from + ((start - field.from + index * step) % size),
  );
}

function numberOf(word: string, { from, to, names = [] }: Field): number | undefined {
  const named = names.indexOf(word.toUpperCase());
  const value = named === -1 ? Number(word) : from + named;
  return value >= from && value <= to ? value : undefined;
}

function problem(rule: string): { problem: string } {
  return { problem: message(rule, EXAMPLE) };
}
