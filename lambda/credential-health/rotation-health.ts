import type { RotationRulesType } from "@aws-sdk/client-secrets-manager";
import type { Finding } from "./contract/event";
import type { MetadataPort, SecretMetadata } from "./ports/secret-metadata";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** @returns how old the pending version is if it outlived its rotation window. */
export async function stalePending(
  { arn, pendingVersionId, rules }: SecretMetadata,
  metadata: MetadataPort,
  now: number,
): Promise<Omit<Finding, "secret"> | undefined> {
  const created = pendingVersionId && (await metadata.createdAt(arn, pendingVersionId));
  if (!created || now - created.getTime() <= windowOf(rules)) return undefined;
  return {
    check: "pending",
    message:
      `AWSPENDING is version ${pendingVersionId} since ${created.toISOString()}, longer than a rotation window: the ` +
      "rotation failed. The rotation function's log says why; mend that and run: aws secretsmanager rotate-secret " +
      `--secret-id ${arn}`,
  };
}

/** A rotation has the time of one window from its date on. */
export function overdue(
  { arn, rotationEnabled, nextRotation, rules }: SecretMetadata,
  now: number,
): Omit<Finding, "secret"> | undefined {
  const rotate = `run: aws secretsmanager rotate-secret --secret-id ${arn}`;
  if (!rotationEnabled)
    return { check: "schedule", message: `It is not rotated: rotation is off. Deploy again, or ${rotate}` };
  if (!nextRotation || now - nextRotation.getTime() <= windowOf(rules)) return undefined;
  return {
    check: "schedule",
    message:
      `It had to be rotated by ${nextRotation.toISOString()} and was not. The rotation function's log says why, or ` +
      `that nobody called it; then ${rotate}`,
  };
}

export function daysSince(date: Date | undefined, now: number): number | undefined {
  return date && Math.floor((now - date.getTime()) / DAY);
}

/** AWS Secrets Manager User Guide, "Rotation schedules": without a duration, an hour, or the rest of the UTC day. */
function windowOf({ Duration, ScheduleExpression = "" }: RotationRulesType): number {
  if (Duration) return Number.parseInt(Duration, 10) * HOUR;
  return /^rate\(\d+ hours?\)$/.test(ScheduleExpression) ? HOUR : DAY;
}
