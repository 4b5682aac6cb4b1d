import { AwsError, type Json } from "./aws-protocol";

/** How a secret is rotated, as RotateSecret sets it and DescribeSecret answers it. */
export interface Rotation {
  readonly RotationLambdaARN: string;
  readonly RotationRules: Json;
  readonly RotationEnabled: boolean;
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
