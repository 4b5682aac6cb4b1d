import { documentedCommands, type Ran, runAwsCommands } from "./support/aws-commands";

jest.setTimeout(300_000);

/** Only AWS CLI 2 has it, and only CLI 1 is in a package registry. */
const OF_CLI_2 = /^aws logs tail \S+ --(follow|since \d+[mhd])$/;

/** Every command once, with something in the place of what a reader puts in. */
const commands = documentedCommands()
  .filter((line) => line.startsWith("aws ") && !OF_CLI_2.test(line))
  .map((line) => line.replaceAll(/<[^>]+>/g, "x"));

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

let results: readonly Ran[];

beforeAll(async () => {
  results = await runAwsCommands([...commands, ...WRONG.map(([, command]) => command)]);
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
