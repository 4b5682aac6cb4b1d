import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pythonEnvironment } from "../machine/python-environment";
import { run } from "../support/processes";
import { parseWords } from "../support/words";

const ROOT = join(__dirname, "..", "..");
const FILE = join(ROOT, "constructs", "regions", "published.ts");

const COMMENT = `/**
 * Written by \`npm run tables\`. \`read\`: when cfn-lint had it from AWS. \`standardSupport.read\`: the last change of
 * endoflife-date/endoflife.date, which reads AWS's release calendar.
 */`;

const USAGE = `Usage: npm run tables -- <folder>

Writes constructs/regions/published.ts, from the packages of scripts/tables/requirements.in and from a clone of
GitHub's endoflife-date/endoflife.date, in that folder. A shallow clone is enough.

  --help   show this text
`;

/** Writes what AWS publishes, as packages and a clone have it. */
async function main(): Promise<void> {
  const { values, positionals } = parseWords(process.argv.slice(2), { help: { type: "boolean" } });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const [clone, ...more] = positionals;
  if (clone === undefined || more.length > 0)
    throw new Error(
      `one clone of endoflife.date must be named, got ${positionals.join(", ") || "none"}; ` +
        "see npm run tables -- --help",
    );
  if (!existsSync(join(clone, "products", "amazon-aurora-postgresql.md")))
    throw new Error(
      `a clone of endoflife.date has products/amazon-aurora-postgresql.md, and ${clone} has not; ` +
        "see npm run tables -- --help",
    );
  const python = await pythonEnvironment(join(__dirname, "requirements.txt"));
  const { stdout } = await run(python, [join(__dirname, "published.py"), clone]);
  await writeFile(FILE, `${COMMENT}\nexport const PUBLISHED = ${inLines(stdout.trim())} as const;\n`);
  await run(process.execPath, [require.resolve("@biomejs/biome/bin/biome"), "format", "--write", FILE], {
    cwd: ROOT,
  });
}

/** The formatter breaks no text. */
function inLines(json: string): string {
  return json.replace(/"([^"]{91,})"/g, (_, text: string) =>
    (text.match(/.{1,90}(?: |$)/g) ?? []).map((line) => `"${line}"`).join(" + "),
  );
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
