import type { Unit } from "../../embedded-metrics";
import { ENVIRONMENT } from "../../embedded-metrics/contract/namespace";

/**
 * Metrics of each database, with their units. A metric is not published by a check that could not find it out: the age
 * of passwords is of Secrets Manager only, the certificates are those of a login that succeeded.
 */
export const UNITS = {
  /** 1 if all secrets that the deployment has in the database were looked at, else 0. */
  CompleteCheck: "Count",
  /** Secrets whose readers get no credentials, or none that log in. */
  SecretsFailing: "Count",
  /** Those with an AWSPENDING that is older than a rotation window. */
  SecretsPending: "Count",
  /** Those that were not rotated when they had to be, or are not rotated at all. */
  SecretsOverdue: "Count",
  /** Days since the rotation that is longest ago. */
  OldestRotationDays: "None",
  /** Days until the server's certificate ends. */
  CertificateDaysLeft: "None",
  /** Days until the authority's certificate ends. */
  AuthorityDaysLeft: "None",
} as const satisfies Record<string, Unit>;

export type MetricName = keyof typeof UNITS;

export interface Checked {
  /** Name prefix of the environment. */
  readonly environment: string;
  /** Name of the database in the environment. */
  readonly database: string;
}

export function dimensionsOf({ environment, database }: Checked): Record<string, string> {
  return { [ENVIRONMENT]: environment, Database: database };
}
