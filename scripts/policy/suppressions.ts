import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { EnvironmentError, type Problem } from "../../constructs/environment";
import { problemsOf } from "../../constructs/environment/problems/from-zod";
import { problemAt } from "../../constructs/environment/problems/problem";
import { message, settings, text } from "../../constructs/environment/values/format";
import type { Finding } from "./findings";

/** From the project's folder. */
export const SUPPRESSIONS = "scripts/policy/suppressions.json";

const expiry = message("must be the date on which the reason is looked at again", 'write it as "2027-11-30"');
const suppressionFile = z.array(
  settings({
    check: text(/^CKV2?_AWS_\d+$/, "must be an identifier of checkov", 'write one such as "CKV_AWS_116"'),
    addresses: z.array(z.string()).min(1),
    /** @default - all of them */
    environments: z.array(z.string()).min(1).optional(),
    /** What shows the finding: a plan also shows what stands behind a reference. */
    scan: z.enum(["synthesized", "plan"]).default("synthesized"),
    reason: text(/.{20}/, "must say why the finding stays", "write a sentence with what is meant instead"),
    owner: text(
      /^[a-z][a-z-]+$/,
      "must be the team that answers for the reason",
      'write its name, such as "platform"',
    ),
    expires: z.iso.date(expiry),
  }),
);

export type Suppression = z.output<typeof suppressionFile>[number];

/** @throws EnvironmentError that lists everything wrong with them. */
export function readSuppressions(
  json = readFileSync(join(__dirname, "suppressions.json"), "utf8"),
): readonly Suppression[] {
  const input = JSON.parse(json);
  const parsed = suppressionFile.safeParse(input);
  if (!parsed.success) throw new EnvironmentError(SUPPRESSIONS, problemsOf(parsed.error, input));
  return parsed.data;
}

/** Findings that no suppression covers. `today` is an ISO date. */
export function openFindings(
  findings: readonly Finding[],
  suppressions: readonly Suppression[],
  today: string,
): readonly Finding[] {
  const inForce = suppressions.filter(({ expires }) => expires >= today);
  return findings.filter((finding) => !inForce.some((one) => one.addresses.some(covers(one, finding))));
}

/**
 * What is wrong with the suppressions of a scan's findings: those that have expired cover nothing, and stale ones have
 * no finding.
 */
export function problemsOfSuppressions(
  scan: Suppression["scan"],
  findings: readonly Finding[],
  suppressions: readonly Suppression[],
  today: string,
): readonly Problem[] {
  return suppressions.flatMap((suppression, index) => {
    const { check, addresses, owner, expires } = suppression;
    if (suppression.scan !== scan) return [];
    const expired = problemAt(
      [index, "expires"],
      expires,
      `must not have passed: ${owner} answers for ${check}`,
      "repair the cause, or renew it with a reason",
    );
    const stale = addresses.flatMap((address, at) =>
      findings.some((finding) => covers(suppression, finding)(address))
        ? []
        : [problemAt([index, "addresses", at], address, `must have a finding of ${check}`, "remove it")],
    );
    return [...(expires < today ? [expired] : []), ...stale];
  });
}

function covers({ check, environments }: Suppression, finding: Finding): (address: string) => boolean {
  const isOf = finding.check === check && (environments?.includes(finding.environment) ?? true);
  return (address) => isOf && address === finding.address;
}
