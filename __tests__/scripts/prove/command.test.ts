import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { SecretsPlatform } from "../../../constructs/platform";
import { type Proved, runCommand } from "../../../scripts/prove/command";
import { load } from "../../support/environment-files";
import { shippedSettings } from "../../support/shipped";

let folder: string;
let report: string;
let said: string;
const environment = load({ ...shippedSettings("local"), functions: [], operations: false });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "prove-"));
  report = join(folder, "proof.md");
  const app = new App({ outdir: join(folder, "cdktf.out"), stackTraces: false });
  new SecretsPlatform(app, "Secrets", { environment });
  app.synth();
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  said = "";
  for (const stream of [process.stdout, process.stderr])
    jest.spyOn(stream, "write").mockImplementation((text) => {
      said += text;
      return true;
    });
});
afterEach(() => {
  jest.restoreAllMocks();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.removeAllListeners(signal);
});

/** With these exit codes of `npm run deploy`, `diff` and `destroy`. */
async function proved(codes: Readonly<Record<string, number>>, ...options: string[]) {
  return await provedWith({}, codes, ...options);
}

async function provedWith(
  parts: Partial<Proved>,
  codes: Readonly<Record<string, number>> = {},
  ...options: string[]
) {
  const ran: string[] = [];
  const select = async (): Promise<Proved> => ({
    environment,
    output: join(folder, "cdktf.out"),
    inService: async () => [],
    deployed: async () => ({
      secretArns: {},
      readers: [],
      otherFunctions: [],
      healthChecks: [],
      databaseLogs: [],
    }),
    versions: async () => ({ Terraform: "1.11.0" }),
    account: {
      secret: async () => ({ rotated: true }),
      rotate: async () => {},
      call: async () => ({}),
      logLines: async () => [],
    },
    run: async (words) => {
      ran.push(words.join(" "));
      return codes[words[0] ?? ""] ?? 0;
    },
    ...parts,
  });
  const words = ["local", "--auto-approve", "--report", report, ...options];
  return { code: await runCommand(words, select), ran };
}

test("what holds is reported, and nothing is destroyed that nobody said", async () => {
  expect(await proved({})).toEqual({ code: 0, ran: ["deploy --auto-approve", "diff --detailed-exitcode"] });
  expect(readFileSync(report, "utf8")).toContain("**Everything held.**");
  expect(said).toContain("Everything held. The report: ");
});

test("what is destroyed in the end is what held", async () => {
  expect((await proved({}, "--destroy")).ran).toContain("destroy --auto-approve");
  expect((await proved({ diff: 2 }, "--destroy")).ran).not.toContain("destroy --auto-approve");
});

test("what was there before is not destroyed, and nothing is done to it", async () => {
  const inService = async () => ["dev-foundation"];
  expect(await provedWith({ inService }, {}, "--destroy")).toEqual({ code: 1, ran: [] });
  expect(said).toContain("dev-foundation have resources already. Leave --destroy out");
  expect((await provedWith({ inService })).code).toBe(0);
});

test("where outputs cannot be read after the deploy, the report does not say that everything held", async () => {
  const deployed = async () => {
    throw new Error("ExpiredToken");
  };
  expect((await provedWith({ deployed })).code).toBe(1);
  expect(said).toContain("ExpiredToken");
  expect(readFileSync(report, "utf8")).toContain("**Not proved: it did not come to its end.**");
});

test("an interruption after a stage is no proof", async () => {
  const run: Proved["run"] = async (words, interruption) => {
    if (words[0] === "diff") process.emit("SIGINT");
    expect(interruption.happened).toBe(words[0] === "diff");
    return 0;
  };
  expect((await provedWith({ run })).code).toBe(1);
  expect(readFileSync(report, "utf8")).toContain("**Not proved");
});

test.each([
  [{ deploy: 1 }, "Not proved: deploy"],
  [{ diff: 2 }, "the plan would change: what is shown above"],
  [{ diff: 1 }, "it could not be planned: npm run diff ended with exit code 1"],
])("where %j is an exit code, the command fails with a report", async (codes, verdict) => {
  expect((await proved(codes)).code).toBe(1);
  expect(readFileSync(report, "utf8")).toContain(verdict);
});

test("before it starts, it says where and what costs", async () => {
  await proved({}, "--destroy");
  expect(said).toContain("In the account 123456789012, region ap-northeast-2: deploys the environment dev");
  expect(said).toContain("destroys it in the end");
  expect(said).toMatch(/about \d+ USD a month by list prices of ap-northeast-2:/);
  expect(said).toContain("  2 × interface endpoint, in each zone: 18.98");
  expect(said).toContain("  4 × secret: 1.60");
});

test("before it starts, it says how many resources of which kinds each stack makes", async () => {
  await proved({});
  expect(said).toMatch(
    / {2}dev-native, \d+ resources:\n {4}2 × aws_cloudwatch_log_group, .*\n {4}.*\b2 × aws_lambda_function,/,
  );
  expect(said).toMatch(/ {2}dev-foundation, \d+ resources:/);
  expect(said.split("\n").filter((line) => line.length > 120)).toEqual([]);
});

test("without a terminal and without --auto-approve, nothing begins", async () => {
  const select = jest.fn();
  const { isTTY } = process.stdin;
  process.stdin.isTTY = false;
  expect(await runCommand(["local"], select)).toBe(1);
  process.stdin.isTTY = isTTY;
  expect(select).not.toHaveBeenCalled();
  expect(said).toContain("--auto-approve");
});
