import type { DatabaseEngine } from "../contracts/database";
import { isKnownClass, isKnownVersion, PUBLISHED_READ } from "../regions/published-facts";
import { standardSupport } from "./engine-versions";

export interface KnownByTables {
  readonly region: string;
  readonly engine: DatabaseEngine;
  readonly engineVersion: string;
  readonly capacity:
    | { readonly kind: "serverless" }
    | { readonly kind: "provisioned"; readonly instanceClass: string };
  readonly extendedSupport: boolean;
}

const NOTICE_DAYS = 180;
const DAY_MS = 24 * 60 * 60 * 1000;

/** What a deployment may stumble over later. Tables grow old, so that it is said and not refused. */
export function clusterWarnings(cluster: KnownByTables, now = Date.now()): string[] {
  return [unknownVersion(cluster), unknownClass(cluster), endOfSupport(cluster, now)].filter(
    (warning) => warning !== undefined,
  );
}

function unknownVersion({ engine, engineVersion }: KnownByTables): string | undefined {
  if (isKnownVersion(engine, engineVersion)) return undefined;
  return (
    `engineVersion must be one that Aurora makes clusters of, got "${engineVersion}", which was none on ` +
    `${PUBLISHED_READ}. Compare it with: aws rds describe-db-engine-versions --engine ${engine}`
  );
}

function unknownClass({ region, engine, engineVersion, capacity }: KnownByTables): string | undefined {
  if (capacity.kind === "serverless" || isKnownClass(engine, capacity.instanceClass, region))
    return undefined;
  return (
    `instanceClass must be one that Aurora has in ${region}, got "${capacity.instanceClass}", which was none on ` +
    `${PUBLISHED_READ}. Compare it with: aws rds describe-orderable-db-instance-options --engine ${engine} ` +
    `--engine-version ${engineVersion} --region ${region}`
  );
}

function endOfSupport(cluster: KnownByTables, now: number): string | undefined {
  const { engine, engineVersion, extendedSupport } = cluster;
  const known = standardSupport(engine, engineVersion);
  if (!known) return undefined;
  const { until, read } = known;
  const daysLeft = (Date.parse(until) - now) / DAY_MS;
  if (daysLeft > NOTICE_DAYS) return undefined;
  const consequence = extendedSupport
    ? "Then RDS charges Extended Support for each vCPU and hour"
    : "Then AWS makes no cluster of it, and upgrades those that there are by itself";
  return (
    `The standard support of engineVersion "${engineVersion}" ${daysLeft < 0 ? "ended" : "ends"} on ` +
    `${until} (as known on ${read}). ${consequence}. Write a newer major version and deploy.`
  );
}
