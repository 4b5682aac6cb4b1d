import type { Outcome } from "./in-order";
import { notPlanned, type PlanReport } from "./report";
import type { Stack } from "./stacks";

/** What a report lets a deploy do. */
export interface Approved {
  /** The stacks that were planned, in the order of deployment. */
  readonly stacks: readonly Stack[];
  /** By stack, of the plans with changes. */
  readonly digests: ReadonlyMap<string, string>;
  /** Those that were not planned, because they wait for others, and those after them. */
  readonly waiting: ReadonlyMap<string, Outcome>;
}

/**
 * @param stacks those to be deployed, of all the environment's
 * @throws Error if the report cannot be approved, or is of other stacks
 */
export function approvedBy(report: PlanReport, all: readonly Stack[], stacks: readonly Stack[]): Approved {
  const [unknown] = notPlanned(report);
  if (unknown)
    throw new Error(`the report cannot be approved: ${unknown.stack} is not planned; npm run diff says why`);
  const known = (names: readonly string[]) => [...names].sort().join(", ");
  const planned = known(report.stacks.map(({ stack }) => stack));
  const synthesized = known(all.map(({ name }) => name));
  if (planned !== synthesized)
    throw new Error(
      `the report must be of the stacks ${synthesized}, got ${planned}; write it again with --report`,
    );
  const waiting = new Set(report.stacks.filter(({ result }) => result === "waits").map(({ stack }) => stack));
  const waits = ({ name, needs }: Stack) => waiting.has(name) || needs.some((other) => waiting.has(other));
  const why = "no plan of it could be approved yet; plan and approve again what is left";
  return {
    stacks: stacks.filter((stack) => !waits(stack)),
    digests: new Map(report.stacks.flatMap((one) => ("digest" in one ? [[one.stack, one.digest]] : []))),
    waiting: new Map(
      stacks.filter(waits).map(({ name }) => [name, { kind: "waiting", why, previewed: false }]),
    ),
  };
}
