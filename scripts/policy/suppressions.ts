import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { Finding } from "./findings";

const FILE = join(__dirname, "suppressions.json");

const suppressionFile = z.array(
  z.strictObject({
    check: z.string(),
    addresses: z.array(z.string()).min(1),
    reason: z.string().min(20),
    expires: z.iso.date(),
  }),
);

export type Suppression = z.output<typeof suppressionFile>[number];

export interface Judgement {
  /** Findings that no suppression covers. */
  readonly open: readonly Finding[];
  /** Entries past their date; they cover nothing any more. */
  readonly expired: readonly Suppression[];
  /** `<check> <address>` of entries without a finding. */
  readonly stale: readonly string[];
}

export function readSuppressions(): Suppression[] {
  return suppressionFile.parse(JSON.parse(readFileSync(FILE, "utf8")));
}

/** Holds findings against suppressions. `today` is an ISO date. */
export function judge(
  findings: readonly Finding[],
  suppressions: readonly Suppression[],
  today: string,
): Judgement {
  const expired = suppressions.filter((suppression) => suppression.expires < today);
  const covered = new Set(
    suppressions
      .filter((suppression) => !expired.includes(suppression))
      .flatMap(({ check, addresses }) => addresses.map((address) => `${check} ${address}`)),
  );
  const found = new Set(findings.map(({ check, address }) => `${check} ${address}`));
  return {
    open: findings.filter(({ check, address }) => !covered.has(`${check} ${address}`)),
    expired,
    stale: [...covered].filter((entry) => !found.has(entry)),
  };
}
