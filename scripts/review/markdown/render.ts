import { noiseOf, type Plan, type ResourceChange } from "../plan/change";
import type { Counts, Review, ReviewedRisk, Verdict } from "../review";
import { SEVERITIES, type Severity } from "../rules/rule";
import { block, code, plain } from "./escape";
import { diffLines, shown } from "./values";

/** GitHub takes comments of up to 65,536 characters. */
export const BUDGET = 60_000;

const VERDICTS: Readonly<Record<Verdict, string>> = {
  safe: "✅ **No known risk**",
  owner: "⚠️ **Needs an owner** to agree",
  blocked: "⛔ **Blocked**: must not be applied, unless somebody approves exactly this plan",
};

/** One resource: what is always there, and what may be left out. */
interface Fold {
  readonly summary: string;
  readonly body: string;
  readonly isOpen: boolean;
  /** The lower, the sooner its body is left out. */
  readonly weight: number;
}

interface Section {
  readonly title: string;
  readonly folds: readonly Fold[];
  /** What has no fold: noise, drift, outputs and the like. */
  readonly others: readonly string[];
}

/** The review in Markdown, of at most {@link BUDGET} bytes. The risk table is never left out. */
export function render(review: Review): string {
  const [verdict, counts] = [heading(review), countsTable(review.plans)];
  const table = riskTable(review.risks, review.gone);
  const sections = review.plans.map((plan) => section(plan, review.risks));
  const levels = [
    () => fitted([verdict, table, counts], sections),
    () => joined([verdict, table, counts, LEFT_OUT]),
    () => joined([verdict, groupedTable(review.risks), LEFT_OUT]),
  ];
  for (const level of levels) {
    const text = level();
    if (text !== undefined && size(text) <= BUDGET) return text;
  }
  throw new Error("the grouped risk table has one row for each rule, and fits");
}

const LEFT_OUT = "_Left out, because it does not fit: what changes in each resource. See `terraform show`._";

/** With as many bodies as fit, the heaviest first; undefined if not even the summaries do. */
function fitted(head: readonly string[], sections: readonly Section[]): string | undefined {
  const folds = sections.flatMap(({ folds }) => folds);
  const whole = (kept: ReadonlySet<Fold>) =>
    joined([...head, ...sections.map((one) => sectionText(one, kept))]);
  let left = BUDGET - size(whole(new Set()));
  if (left < 0) return undefined;
  const kept = new Set<Fold>();
  for (const fold of [...folds].sort((a, b) => b.weight - a.weight)) {
    const more = size(foldText(fold, true)) - size(foldText(fold, false));
    if (more > left) continue;
    kept.add(fold);
    left -= more;
  }
  return whole(kept);
}

function heading({ verdict, risks, digest, counts }: Review): string {
  const found = SEVERITIES.flatMap((severity) => {
    const count = risks.filter((risk) => risk.severity === severity).length;
    return count > 0 ? [`${count} ${severity}`] : [];
  });
  const changes = countsLine(counts);
  const risky = found.length > 0 ? ` (${found.join(", ")})` : "";
  return `${VERDICTS[verdict]}${risky}. ${changes}.\n\nDigest: \`${digest}\``;
}

function countsLine({ create, update, replace, delete: gone, forget }: Counts): string {
  return `Create ${create}, update ${update}, **replace ${replace}**, destroy ${gone}, forget ${forget}`;
}

function countsTable(plans: readonly Plan[]): string {
  const rows = plans.map(({ stack, resources, drift, outputs }) => {
    const count = (kind: string) => resources.filter((one) => one.kind === kind).length;
    const moved = resources.filter(({ previousAddress }) => previousAddress).length;
    const imported = resources.filter((one) => one.imported).length;
    const numbers = [count("create"), count("update"), count("replace"), count("delete"), moved, imported];
    return `| ${[code(stack), ...numbers, count("forget"), drift.length, outputs.length].join(" | ")} |`;
  });
  return [
    "| stack | create | update | replace | destroy | moved | imported | forgotten | drift | outputs |",
    "|---|---|---|---|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

function riskTable(risks: readonly ReviewedRisk[], gone: Review["gone"]): string {
  if (risks.length === 0 && gone.length === 0) return "No risks.";
  const hasBase = gone.length > 0 || risks.some(({ known }) => known !== undefined);
  const row = ({ severity, rule, title, stack, address, what, known }: ReviewedRisk) => [
    bold(severity),
    `${rule} ${title}`,
    code(address ?? stack),
    plain(what),
    ...(hasBase ? [known ? "as before" : "**new**"] : []),
  ];
  return table(
    ["severity", "rule", "where", "what", ...(hasBase ? ["base"] : [])],
    [
      ...risks.map(row),
      ...gone.map(({ rule, stack, address, what }) => [
        "-",
        rule,
        code(address ?? stack),
        plain(what),
        "gone",
      ]),
    ],
  );
}

/** One row for each rule and severity. */
function groupedTable(risks: readonly ReviewedRisk[]): string {
  const groups = grouped(risks, ({ severity, rule }) => `${severity} ${rule}`);
  const rows = [...groups.values()].map((group) => {
    const [{ severity, rule, title, address, stack }] = group as [ReviewedRisk];
    const first = (address ?? stack).slice(0, 200);
    return [bold(severity), `${rule} ${title}`, `${group.length} times`, `first: ${code(first)}`];
  });
  return table(["severity", "rule", "found", "where"], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function bold(severity: Severity): string {
  return severity === "block" || severity === "high" ? `**${severity}**` : severity;
}

function section(plan: Plan, risks: readonly ReviewedRisk[]): Section {
  const risksAt = grouped(
    risks.filter(({ stack }) => stack === plan.stack),
    ({ address = "" }) => address,
  );
  const noisy = plan.resources.filter((one) => noiseOf(one) && !risksAt.has(one.address));
  const rest = plan.resources.filter((one) => !noisy.includes(one) && one.kind !== "read");
  return {
    title: `### ${code(plan.stack)}`,
    folds: rest.map((one) => fold(one, risksAt.get(one.address) ?? [])),
    others: [...noise(noisy), ...drift(plan), ...outputs(plan), ...actions(plan)],
  };
}

function grouped(
  risks: readonly ReviewedRisk[],
  keyOf: (risk: ReviewedRisk) => string,
): ReadonlyMap<string, readonly ReviewedRisk[]> {
  const groups = new Map<string, ReviewedRisk[]>();
  for (const risk of risks) {
    const others = groups.get(keyOf(risk));
    if (others) others.push(risk);
    else groups.set(keyOf(risk), [risk]);
  }
  return groups;
}

const WEIGHTS: Readonly<Record<string, number>> = { delete: 4, replace: 4, forget: 3, update: 2, create: 1 };

function fold(change: ResourceChange, own: readonly ReviewedRisk[]): Fold {
  const { address, kind, previousAddress, imported, reason, replacePaths, createsFirst, deposed } = change;
  const rules = [...new Set(own.map(({ rule }) => rule))].join(", ");
  const worst = Math.max(0, ...own.map(({ severity }) => SEVERITIES.length - SEVERITIES.indexOf(severity)));
  const notes = [
    ...(previousAddress ? [`moved from ${code(previousAddress)}`] : []),
    ...(imported ? ["imported"] : []),
    ...(deposed ? ["what an interrupted replacement left"] : []),
    ...(kind === "replace" ? [createsFirst ? "the new one first" : "the old one goes first"] : []),
    ...(reason ? [plain(reason.replaceAll("_", " "))] : []),
    ...(replacePaths.length > 0 ? [`because of ${replacePaths.map(code).join(", ")}`] : []),
    ...(rules ? [`risks: ${rules}`] : []),
  ];
  const word = kind === "delete" ? "destroy" : kind;
  return {
    summary: `<b>${word}</b> ${code(address)}${notes.length > 0 ? ` (${notes.join("; ")})` : ""}`,
    body: block("diff", diffLines(change.differences, replacePaths)),
    isOpen: kind === "delete" || kind === "replace",
    weight: worst * 10 + (WEIGHTS[kind] ?? 0),
  };
}

function foldText({ summary, body, isOpen }: Fold, hasBody: boolean): string {
  if (!hasBody) return `- ${summary} _(left out)_`;
  return `<details${isOpen ? " open" : ""}><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

function sectionText({ title, folds, others }: Section, kept: ReadonlySet<Fold>): string {
  return joined([title, ...folds.map((one) => foldText(one, kept.has(one))), ...others]);
}

function noise(changes: readonly ResourceChange[]): string[] {
  return listed(
    "Noise",
    changes.map((change) => `${code(change.address)}: ${noiseOf(change)}`),
  );
}

function drift({ drift: changes }: Plan): string[] {
  return listed(
    "Changed by others than Terraform",
    changes.map(({ address, kind, differences }) => {
      const paths = differences.map(({ path }) => path).slice(0, 10);
      return `${code(address)}: ${kind === "delete" ? "gone" : plain(paths.join(", "))}`;
    }),
  );
}

function outputs({ outputs: changes }: Plan): string[] {
  return listed(
    "Outputs",
    changes.map(({ name, kind, before, after }) => {
      const values = [...(before === null ? [] : [before]), ...(after === null ? [] : [after])].map(shown);
      return `${kind} ${code(name)}: ${plain(values.join(" → "))}`;
    }),
  );
}

function actions({ actions: invocations }: Plan): string[] {
  return listed(
    "Actions that the apply invokes",
    invocations.map(({ address, trigger, arguments: names }) => {
      const with_ = names.length > 0 ? `, with ${plain(names.join(", "))} (values are not shown)` : "";
      return `${code(address)}${trigger ? ` ${plain(trigger)}` : ""}${with_}`;
    }),
  );
}

function listed(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const text = lines.map((line) => `- ${line}`).join("\n");
  return [`<details><summary>${title} (${lines.length})</summary>\n\n${text}\n\n</details>`];
}

function joined(parts: readonly string[]): string {
  return parts.join("\n\n");
}

function size(text: string): number {
  return Buffer.byteLength(text);
}
