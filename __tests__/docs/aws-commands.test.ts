import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { run } from "../../scripts/support/processes";
import { vaultTools } from "../../testbed/vault/tools";
import { blocksOf } from "./support/documents";

jest.setTimeout(300_000);

/** Only AWS CLI 2 has it, and only CLI 1 is in a package registry. */
const OF_CLI_2 = /^aws logs tail \S+ --(follow|since \d+[mhd])$/;

/** Every command once, with something in the place of what a reader puts in. */
const commands = [
  ...new Set(
    blocksOf("sh")
      .filter(({ info }) => info === "aws")
      .flatMap(({ code }) => code.replaceAll(/\\\n\s*/g, "").split("\n"))
      .map((line) => line.trim().replaceAll(/<[^>]+>/g, "x"))
      .filter((line) => line.startsWith("aws ") && !OF_CLI_2.test(line)),
  ),
];

async function answers(lines: readonly string[]): Promise<readonly [number, string, string][]> {
  const folder = mkdtempSync(join(tmpdir(), "aws-commands-"));
  // Session Manager's, which the CLI hands a session on to.
  writeFileSync(join(folder, "session-manager-plugin"), "#!/bin/sh\n", { mode: 0o755 });
  const { python } = await vaultTools();
  // CLI 1 takes a payload as it is written.
  const taken = lines.map((line) => line.replace(" --cli-binary-format raw-in-base64-out", ""));
  const { stdout } = await run(python, [join(__dirname, "support", "aws_cli.py"), ...taken], {
    cwd: folder,
    env: {
      ...process.env,
      PATH: `${folder}${delimiter}${process.env.PATH}`,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_DEFAULT_REGION: "ap-northeast-2",
    },
  });
  rmSync(folder, { recursive: true });
  return JSON.parse(stdout);
}

/** What is wrong, a command with it, and what the CLI says. */
const WRONG: readonly (readonly [string, string, string])[] = [
  ["an operation that there is not", "aws secretsmanager rotate-secrets --secret-id x", "Invalid choice"],
  [
    "an option that there is not",
    "aws secretsmanager rotate-secret --secret-id x --now",
    "Unknown options: --now",
  ],
  ["a parameter that is missing", "aws secretsmanager rotate-secret", "--secret-id"],
  ["a value of another form", "aws ec2 describe-vpc-endpoints --filters Name:x", "Error parsing parameter"],
  [
    "a query that is none",
    "aws rds describe-db-clusters --query 'DBClusters[.Status'",
    "Bad value for --query",
  ],
  ["a field that no answer has", "aws rds describe-db-clusters --query 'DBClusters[].[State]'", "null"],
];

let results: readonly [number, string, string][];

beforeAll(async () => {
  results = await answers([...commands, ...WRONG.map(([, command]) => command)]);
});

const isRight = ([code, output]: (typeof results)[number]) => code === 0 && !/\bnull\b|\[\]/.test(output);

test("AWS CLI takes each command, and what is asked for is in the answer", () => {
  expect(commands.length).toBeGreaterThan(40);
  const refused = commands.flatMap((command, at) => {
    const result = results[at] ?? [1, "", "no result"];
    return isRight(result) ? [] : [[command, ...result]];
  });
  expect(refused).toEqual([]);
});

test.each(WRONG)("%s is seen", (_, command, said) => {
  const result = results[commands.length + WRONG.findIndex(([, one]) => one === command)] ?? [0, "", ""];
  expect(isRight(result)).toBe(false);
  expect(result.join("\n")).toContain(said);
});
