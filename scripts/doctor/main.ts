import { Progress } from "../support/progress";
import { adoptedVpc } from "./adopted-vpc";
import { type Finding, findings } from "./checks";
import { thisMachine } from "./machine";
import { sameNames } from "./same-names";

const USAGE = `Usage: npm run doctor [-- --json]

Says in one line each what this machine has, misses, and how to get it. Exits 1 if something required is missing.
`;

const MARKS = { ok: ["green", "✓"], warning: ["dim", "!"], failed: ["red", "✗"] } as const;

async function main(json: boolean): Promise<void> {
  const machine = thisMachine();
  const { project } = machine;
  const found = [...(await findings(machine)), ...adoptedVpc(project), ...sameNames(project)];
  if (found.some(({ status }) => status === "failed")) process.exitCode = 1;
  if (json) {
    process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
    return;
  }
  const progress = new Progress();
  for (const finding of found) progress.say(lineFor(finding, progress));
}

function lineFor({ name, status, detail, fix }: Finding, progress: Progress): string {
  const [style, mark] = MARKS[status];
  return `${progress.paint(style, mark)} ${name.padEnd(16)} ${detail}${fix ? `. ${fix}` : ""}`;
}

const [flag, ...more] = process.argv.slice(2);
if (flag === "--help") {
  process.stdout.write(USAGE);
} else if (more.length > 0 || (flag !== undefined && flag !== "--json")) {
  process.stderr.write(`Unknown argument: ${more[0] ?? flag}. Known: --json, --help.\n`);
  process.exitCode = 2;
} else {
  void main(flag === "--json");
}
