import { AwsError, type Json } from "./aws-protocol";

/** How a secret is rotated, as RotateSecret sets it and DescribeSecret answers it. */
export interface Rotation {
  readonly RotationLambdaARN: string;
  readonly RotationRules: Json;
  readonly RotationEnabled: boolean;
  /** In seconds since 1970; not for `cron()`. */
  readonly NextRotationDate?: number;
  readonly LastRotatedDate?: number;
}

/** When a rotation by these rules is due that begins to count now, in seconds since 1970. */
export function nextRotation({ AutomaticallyAfterDays, ScheduleExpression }: Json, now: number) {
  const [, count, unit] = /^rate\((\d+) (hour|day)s?\)$/.exec(String(ScheduleExpression)) ?? [];
  const days = AutomaticallyAfterDays ?? (count && (unit === "day" ? Number(count) : Number(count) / 24));
  return days === undefined ? undefined : Math.round(now / 1000 + Number(days) * 86_400);
}

export interface Description extends Json {
  readonly ARN: string;
  readonly Name: string;
  readonly VersionIdsToStages?: Readonly<Record<string, readonly string[]>>;
}

export function versionWith(
  versions: Readonly<Record<string, readonly string[]>>,
  label: string,
): string | undefined {
  return Object.keys(versions).find((id) => versions[id]?.includes(label));
}

/** For a value that need not be there. */
export function ifMissing(error: unknown): undefined {
  if (error instanceof AwsError && error.type === "ResourceNotFoundException") return undefined;
  throw error;
}
