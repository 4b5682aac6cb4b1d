import type { DatabaseEngine } from "../contracts/database";

/**
 * When the table below was compared with the Amazon Aurora User Guide ("Amazon Aurora major versions", "Aurora
 * Serverless v2 capacity").
 */
export const AURORA_TABLES_READ = "2026-11-28";

interface MajorVersion {
  /** Last day of standard support. @default - not announced, when the table was read */
  readonly standardSupportUntil?: string;
  /** Least minor version that pauses (`minAcu` 0). @default - all */
  readonly pausesFrom?: string;
  /** Least minor version with more than 128 ACUs. @default - all */
  readonly above128From?: string;
}

const MAJOR_VERSIONS: Record<DatabaseEngine, Readonly<Record<string, MajorVersion>>> = {
  "aurora-postgresql": {
    "13": { standardSupportUntil: "2026-02-28", pausesFrom: "13.15", above128From: "13.13" },
    "14": { standardSupportUntil: "2027-02-28", pausesFrom: "14.12", above128From: "14.10" },
    "15": { standardSupportUntil: "2028-02-29", pausesFrom: "15.7", above128From: "15.5" },
    "16": { standardSupportUntil: "2029-02-28", pausesFrom: "16.3", above128From: "16.1" },
    "17": { standardSupportUntil: "2030-02-28" },
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
  return MAJOR_VERSIONS[engine][ownVersion(engineVersion).split(".")[0] ?? ""];
}

export function isAtLeast(engineVersion: string, least: string): boolean {
  const [has, needs] = [ownVersion(engineVersion), least].map((version) => version.split(".").map(Number));
  const different = (needs ?? []).findIndex((part, index) => part !== has?.[index]);
  return different === -1 || (has?.[different] ?? 0) > (needs?.[different] ?? 0);
}

/** `3.10.0` of `8.0.mysql_aurora.3.10.0`; of PostgreSQL the whole. */
function ownVersion(engineVersion: string): string {
  return engineVersion.replace(/^.*mysql_aurora\./, "");
}
