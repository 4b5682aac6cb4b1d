import type { DatabaseEngine } from "../contracts/database";
import { isOlder } from "../contracts/versions";
import { endOfStandardSupport, STANDARD_SUPPORT_READ } from "../regions/published-facts";

/**
 * When the table below was compared with the Amazon Aurora User Guide ("Amazon Aurora major versions", "Aurora
 * Serverless v2 capacity"). By hand: of what it has, only Aurora PostgreSQL's ends of support are published in a form
 * to read, and these `npm run tables` writes.
 */
export const AURORA_TABLES_READ = "2026-11-28";

interface MajorVersion {
  /** Last day of standard support. @default - published, or not announced when the table was read */
  readonly standardSupportUntil?: string;
  /** Least minor version that pauses (`minAcu` 0). @default - all */
  readonly pausesFrom?: string;
  /** Least minor version with more than 128 ACUs. @default - all */
  readonly above128From?: string;
}

const MAJOR_VERSIONS: Record<DatabaseEngine, Readonly<Record<string, MajorVersion>>> = {
  "aurora-postgresql": {
    "13": { pausesFrom: "13.15", above128From: "13.13" },
    "14": { pausesFrom: "14.12", above128From: "14.10" },
    "15": { pausesFrom: "15.7", above128From: "15.5" },
    "16": { pausesFrom: "16.3", above128From: "16.1" },
    "17": {},
    "18": {},
  },
  // By Aurora's own version, which is the second half of the engine's.
  "aurora-mysql": {
    "3": { standardSupportUntil: "2028-04-30", pausesFrom: "3.08.0", above128From: "3.06.0" },
    "8": {},
  },
};

/** Undefined for a version that the table does not know. */
export function majorVersion(engine: DatabaseEngine, engineVersion: string): MajorVersion | undefined {
  return MAJOR_VERSIONS[engine][majorOf(engineVersion)];
}

/** Last day of standard support, and when that was read; undefined where it is not known. */
export function standardSupport(
  engine: DatabaseEngine,
  engineVersion: string,
): { readonly until: string; readonly read: string } | undefined {
  const published = endOfStandardSupport(engine, majorOf(engineVersion));
  if (published) return { until: published, read: STANDARD_SUPPORT_READ };
  const until = majorVersion(engine, engineVersion)?.standardSupportUntil;
  return until ? { until, read: AURORA_TABLES_READ } : undefined;
}

function majorOf(engineVersion: string): string {
  return ownVersion(engineVersion).split(".")[0] ?? "";
}

export function isAtLeast(engineVersion: string, least: string): boolean {
  return !isOlder(ownVersion(engineVersion), least);
}

/** `3.10.0` of `8.0.mysql_aurora.3.10.0`; of PostgreSQL the whole. */
function ownVersion(engineVersion: string): string {
  return engineVersion.replace(/^.*mysql_aurora\./, "");
}
