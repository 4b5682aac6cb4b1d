import { readFileSync } from "node:fs";
import { basename } from "node:path";
import * as z from "zod";
import { failed } from "../support/ending";
import { parseWords } from "../support/words";
import { UnreadablePlan } from "./plan/plan-json";
import { type BaseRisk, type PlanText, reviewPlans, type Verdict } from "./review";
import { showReview } from "./shown-review";

const USAGE = `Usage: npm run review -- <plan.json>... [--json] [--base <findings.json>]

Reviews plans of one or more stacks, as "terraform show -json <plan file>" writes them, and prints Markdown. The name
of a file without .json is shown as the name of the stack. Nothing secret is printed.

  --json   print JSON instead
  --base   an earlier review with --json: tells which risks are new and which are no more
  --help   show this text

Exit codes: 0 safe; 2 an owner has to agree; 3 blocked; 1 a file cannot be read or is no plan.
`;

const EXIT_CODES: Readonly<Record<Verdict, number>> = { safe: 0, owner: 2, blocked: 3 };

const baseFile = z.object({
  version: z.literal(1),
  risks: z.array(
    z.object({
      rule: z.custom<BaseRisk["rule"]>((one) => /^R\d+$/.test(String(one))),
      stack: z.string(),
      address: z.string().optional(),
      what: z.string(),
    }),
  ),
});

/**
 * `npm run review`.
 *
 * @returns the exit code
 */
export function runCommand(argv: readonly string[], write: (text: string) => void = print): number {
  try {
    const { files, help, json, base } = parse(argv);
    if (help) {
      write(USAGE);
      return 0;
    }
    const review = reviewPlans(files.map(planFile), base === undefined ? undefined : baseRisks(base));
    const { text, verdict } = showReview(review, json ? "json" : "markdown");
    write(text);
    return EXIT_CODES[verdict];
  } catch (error) {
    return failed(error);
  }
}

function print(text: string): void {
  process.stdout.write(text);
}

function parse(argv: readonly string[]) {
  const flag = { type: "boolean", default: false } as const;
  const options = { json: flag, help: flag, base: { type: "string" } } as const;
  const { values, positionals: files } = parseWords(argv, options);
  if (!values.help && files.length === 0)
    throw new Error("a plan must be named, got none; see npm run review -- --help");
  return { ...values, files };
}

function planFile(file: string): PlanText {
  return { stack: basename(file).replace(/\.json$/, ""), source: file, text: read(file) };
}

function baseRisks(file: string): BaseRisk[] {
  const text = read(file);
  try {
    return baseFile.parse(JSON.parse(text)).risks;
  } catch {
    throw new Error(`--base ${file} must be a review that npm run review -- --json printed; print it again`);
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UnreadablePlan(`${file} must be a file that can be read, got ${code}; name another one`);
  }
}
