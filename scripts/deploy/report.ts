import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { code, plain } from "../review/markdown/escape";
import { type PlanText, reviewPlans } from "../review/review";
import { showReview } from "../review/shown-review";
import { verdictWords } from "../review/terminal";
import type { Outcomes } from "./driver";
import type { Outcome } from "./in-order";

/** For programs, and for people. */
const [JSON_FILE, MARKDOWN_FILE] = ["report.json", "review.md"];

const plannedStack = z.discriminatedUnion("result", [
  z.object({
    stack: z.string(),
    result: z.literal("changes"),
    /** Of this stack's plan alone: what a later plan of it is held to. */
    digest: z.string().regex(/^[0-9a-f]{64}$/),
    verdict: z.enum(["safe", "owner", "blocked"]),
  }),
  z.object({ stack: z.string(), result: z.literal("no changes") }),
  /** Its plan needs what other stacks do not have yet. */
  z.object({ stack: z.string(), result: z.literal("waits"), why: z.string() }),
  z.object({ stack: z.string(), result: z.literal("not planned"), why: z.string() }),
]);

const reportFile = z.object({
  version: z.literal(1),
  environment: z.string(),
  stacks: z.array(plannedStack),
});

export type PlannedStack = z.infer<typeof plannedStack>;

/** What `diff` has planned in an environment. It has no values of a plan. */
export type PlanReport = z.infer<typeof reportFile>;

export function reportOf(environment: string, outcomes: Outcomes): PlanReport {
  return {
    version: 1,
    environment,
    stacks: [...outcomes].map(([stack, outcome]) => plannedOf(stack, outcome)),
  };
}

function plannedOf(stack: string, outcome: Outcome): PlannedStack {
  switch (outcome.kind) {
    case "unchanged":
      return { stack, result: "no changes" };
    case "changed": {
      const { digest, verdict } = outcome;
      if (digest && verdict) return { stack, result: "changes", digest, verdict };
      return { stack, result: "not planned", why: "its review is withheld" };
    }
    case "waiting":
      return { stack, result: "waits", why: outcome.why };
    case "for you":
      return { stack, result: "not planned", why: outcome.what };
    case "failed":
      return { stack, result: "not planned", why: outcome.error.message };
    case "not begun":
    case "refused":
      return { stack, result: "not planned", why: outcome.why };
  }
}

/** The stacks that keep a report from being approved: nobody knows what would become of them. */
export function notPlanned({ stacks }: PlanReport): readonly PlannedStack[] {
  return stacks.filter(({ result }) => result === "not planned");
}

/** @param plans of the stacks with changes, as `terraform show -json` writes them */
export async function writeReport(
  folder: string,
  report: PlanReport,
  plans: readonly PlanText[],
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, JSON_FILE), `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(join(folder, MARKDOWN_FILE), markdown(report, plans));
}

/** @throws Error if the folder has no report */
export async function readReport(folder: string): Promise<PlanReport> {
  const file = join(folder, JSON_FILE);
  try {
    return reportFile.parse(JSON.parse(await readFile(file, "utf8")));
  } catch {
    throw new Error(`${file} must be what npm run diff -- --report ${folder} writes; write it again`);
  }
}

/** What a report says to people: at most 65,536 characters, as a comment on GitHub may have. */
export async function readReview(folder: string): Promise<string> {
  return await readFile(join(folder, MARKDOWN_FILE), "utf8");
}

function markdown(report: PlanReport, plans: readonly PlanText[]): string {
  const review = plans.length > 0 ? showReview(reviewPlans(plans), "markdown").text : withoutPlans(report);
  return `${stacksTable(report)}\n${review && `\n${review}`}`;
}

function withoutPlans({ stacks }: PlanReport): string {
  return stacks.every(({ result }) => result === "no changes") ? "Nothing changes.\n" : "";
}

/** One row for each stack, below what keeps the report from being approved. */
export function stacksTable(report: PlanReport): string {
  const unknown = notPlanned(report).map(({ stack }) => code(stack));
  const blocked =
    unknown.length > 0 ? [`⛔ **Cannot be approved**: ${unknown.join(", ")} not planned.\n`] : [];
  return [...blocked, "| stack | plan | digest |", "|---|---|---|", ...report.stacks.map(row)].join("\n");
}

function row(planned: PlannedStack): string {
  return `| ${code(planned.stack)} | ${plan(planned)} | ${"digest" in planned ? code(planned.digest) : ""} |`;
}

function plan(planned: PlannedStack): string {
  switch (planned.result) {
    case "changes":
      return `changes; review: ${verdictWords(planned.verdict)}`;
    case "no changes":
      return "no changes";
    case "waits":
      return `waits: ${plain(planned.why)}`;
    case "not planned":
      return `**not planned**: ${plain(planned.why)}`;
  }
}
