import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { Driver, type DriverOptions, type Outcomes, type Prepared } from "../../../scripts/deploy/driver";
import { readOutputs } from "../../../scripts/deploy/outputs";
import { type Stack, selectStacks, synthesizedStacks } from "../../../scripts/deploy/stacks";
import { exitCode, summary } from "../../../scripts/deploy/summary";
import { terraformOptions } from "../../../scripts/deploy/terraform-options";
import type { ShownReview } from "../../../scripts/review/shown-review";
import { platform } from "../../../scripts/terraform/provider-mirrors";
import { usersTerraformEnvironment } from "../../../scripts/terraform/provider-source";
import { type WrittenStack, writeStacks } from "./support/synthesized";

jest.setTimeout(120_000);

const environment = { CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" };

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "driver-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** A driver on stacks that are written to the test's folder, and all lines that it shows. */
function driving(stacks: Readonly<Record<string, WrittenStack>>, options: Partial<DriverOptions> = {}) {
  const output = writeStacks(directory, stacks);
  const all = synthesizedStacks(output);
  const lines: string[] = [];
  const driver = new Driver({
    all,
    environment,
    screen: {
      isTerraforms: false,
      coloured: false,
      begin: () => {},
      line: (stack, text) => lines.push(`${stack}: ${text}`),
    },
    extra: terraformOptions([]),
    ...options,
  });
  return { driver, all, lines, named: (...names: string[]) => selectStacks(all, names) };
}

function kinds(outcomes: Outcomes): Record<string, string> {
  return Object.fromEntries([...outcomes].map(([name, { kind }]) => [name, kind]));
}

const log = (word: string): string => `echo ${word} >> "$LOG"`;

/** In which order resources were made and destroyed. */
function logged(): string[] {
  return readFileSync(join(directory, "log"), "utf8").trim().split("\n");
}

const CHAIN: Readonly<Record<string, WrittenStack>> = {
  application: {
    needs: ["foundation", "native"],
    reads: ["native.value"],
    onCreate: log("+application"),
    onDestroy: log("-application"),
  },
  foundation: { onCreate: log("+foundation"), onDestroy: log("-foundation") },
  native: {
    needs: ["foundation"],
    reads: ["foundation.value"],
    onCreate: log("+native"),
    onDestroy: log("-native"),
  },
};

const logging = () => ({ environment: { ...environment, LOG: join(directory, "log") } });

test("a stack is initialised once, however many commands follow", async () => {
  const logs = join(directory, "commands");
  const wrapper = join(directory, "terraform.sh");
  writeFileSync(wrapper, `#!/bin/sh\necho "$1" >> '${logs}'\nexec terraform "$@"\n`, { mode: 0o755 });
  const { driver, all } = driving({ foundation: {} });
  const { TERRAFORM_BINARY_NAME: before = "" } = process.env;
  process.env.TERRAFORM_BINARY_NAME = wrapper;
  try {
    await driver.deploy(all);
    rmSync(logs);
    await driver.destroy(all);
  } finally {
    process.env.TERRAFORM_BINARY_NAME = before;
  }
  const commands = readFileSync(logs, "utf8").trim().split("\n");
  expect(commands.filter((command) => command === "init")).toHaveLength(1);
  expect(commands).toEqual(expect.arrayContaining(["plan", "apply"]));
});

test("stacks are deployed with the outputs of those that they need, have no changes then, and are destroyed in reverse", async () => {
  const { driver, all } = driving(CHAIN, logging());

  expect(kinds(await driver.deploy(all))).toEqual({
    foundation: "changed",
    native: "changed",
    application: "changed",
  });
  expect(await readOutputs(String(all.at(-1)?.folder), logging())).toEqual({
    value: "application,native,foundation",
  });
  expect(kinds(await driver.deploy(all))).toEqual({
    foundation: "unchanged",
    native: "unchanged",
    application: "unchanged",
  });
  expect(kinds(await driver.destroy(all))).toEqual({
    foundation: "changed",
    native: "changed",
    application: "changed",
  });
  expect(logged()).toEqual([
    "+foundation",
    "+native",
    "+application",
    "-application",
    "-native",
    "-foundation",
  ]);
  // Nothing is left to destroy, though what their plans would read is gone.
  expect(new Set(Object.values(kinds(await driver.destroy(all))))).toEqual(new Set(["unchanged"]));
});

test("of a stack that waits for outputs, a preview shows what can be known, and leaves nothing behind", async () => {
  const { driver, all, lines } = driving(CHAIN, logging());

  const outcomes = await driver.diff(all);

  expect(kinds(outcomes)).toEqual({ foundation: "changed", native: "waiting", application: "waiting" });
  expect(summary("diff", outcomes, false)).toContain(
    "native       previewed only: it reads outputs of foundation that are not deployed yet",
  );
  const of = (stack: string) => lines.filter((line) => line.startsWith(`${stack}: `)).join("\n");
  expect(of("native")).toMatch(
    /A preview\. Nobody can apply it[\s\S]*terraform_data\.only will be created[\s\S]*known after apply/,
  );
  expect(of("foundation")).not.toContain("A preview");
  expect(readdirSync(join(directory, "cdktf.out", "stacks"))).toEqual([
    "application",
    "foundation",
    "native",
  ]);
  expect(readdirSync(directory).filter((name) => name.endsWith(".tfstate"))).toEqual([]);
});

test("a stack that cannot be previewed only waits", async () => {
  const more = { data: { terraform_remote_state: { other: { backend: "nowhere", config: {} } } } };
  const { driver, all } = driving({
    first: {},
    second: { needs: ["first"], reads: ["first.value"], more },
  });

  expect(summary("diff", await driver.diff(all), false)).toMatch(
    /second {2}not planned: it reads outputs of first/,
  );
});

describe("a plan with a review", () => {
  const reviewing =
    (verdict: ShownReview["verdict"]) =>
    (stack: string, plan: string): ShownReview => ({
      verdict,
      text: `Review: ${stack} ${JSON.parse(plan).resource_changes.length}\n`,
      digest: "digest",
    });

  test("shows it below the plan, and tells its verdict", async () => {
    const { driver, all, lines } = driving({ first: {} }, { review: reviewing("owner") });

    expect(summary("diff", await driver.diff(all), false)).toBe(
      "first  has changes; review: an owner has to agree",
    );
    expect(lines.at(-1)).toBe("first: Review: first 1");
  });

  test("is not applied if that blocks it and nobody is asked", async () => {
    const { driver, all } = driving({ first: {} }, { review: reviewing("blocked") });

    expect(summary("deploy", await driver.deploy(all), false)).toBe(
      "first  not changed: its review blocks it; without --auto-approve a person can agree",
    );
  });

  test("takes the stack's name for a yes if that blocks it", async () => {
    const asked: string[][] = [];
    const approve = async (...question: string[]) => asked.push(question) > 0;
    const { driver, all } = driving({ first: {} }, { review: reviewing("blocked"), approve });

    expect(kinds(await driver.deploy(all))).toEqual({ first: "changed" });
    expect(asked).toEqual([["Deploy first as planned above, although its review blocks it?", "first"]]);
  });

  test.each([
    ["is applied if exactly this one was approved, although that blocks it", "digest", "changed"],
    ["is not applied if another one was approved", "of another plan", "refused"],
    ["is not applied if no change was approved", undefined, "refused"],
  ])("%s", async (_, digest, kind) => {
    const approved = new Map(digest === undefined ? [] : [["first", digest]]);
    const { driver, all } = driving({ first: {} }, { review: reviewing("blocked"), approved });

    expect(kinds(await driver.deploy(all))).toEqual({ first: kind });
  });

  test("has none when it destroys", async () => {
    const { driver, all, lines } = driving({ first: {} }, { review: reviewing("safe") });
    await driver.deploy(all);
    lines.length = 0;

    expect(kinds(await driver.destroy(all))).toEqual({ first: "changed" });
    expect(lines.join("\n")).not.toContain("Review");
  });
});

describe("a stack that needs something of a person", () => {
  const prepare = async ({ name }: Stack): Promise<Prepared> =>
    name === "native" ? { kind: "for you", what: "npm run vault:init" } : { kind: "ready" };

  test("stops a deploy before the stacks that come after it, which has failed until then", async () => {
    const { driver, all } = driving(CHAIN, { ...logging(), prepare });

    const outcomes = await driver.deploy(all);

    expect(kinds(outcomes)).toEqual({ foundation: "changed", native: "for you", application: "not begun" });
    expect(summary("deploy", outcomes, false)).toContain(
      "native       waits for you: npm run vault:init; then run the same command again",
    );
    expect(exitCode("deploy", outcomes, { interrupted: false, detailed: false })).toBe(1);
  });

  test("is not planned, which is no failure", async () => {
    const { driver, all, named } = driving(CHAIN, { ...logging(), prepare });
    await driver.deploy(named("foundation"));

    const outcomes = await driver.diff(all);

    expect(kinds(outcomes)).toEqual({ foundation: "unchanged", native: "for you", application: "waiting" });
    expect(exitCode("diff", outcomes, { interrupted: false, detailed: false })).toBe(0);
  });
});

test("what a stack needs is there for its plan and apply, and gone after a failure, too", async () => {
  const given: string[] = [];
  const prepare = async ({ name }: Stack): Promise<Prepared> => {
    given.push(`open ${name}`);
    return {
      kind: "ready",
      environment: { WORD: name },
      close: async () => void given.push(`close ${name}`),
    };
  };
  const onCreate = '[ "$WORD" = first ]';
  const { driver, all } = driving(
    { first: { onCreate }, second: { needs: ["first"], onCreate } },
    { prepare },
  );

  expect(kinds(await driver.deploy(all))).toEqual({ first: "changed", second: "failed" });
  expect(given).toEqual(["open first", "close first", "open second", "close second"]);
});

test("independent stacks are applied at the same time when nothing is asked", async () => {
  const meet = (own: string, other: string): WrittenStack => ({
    onCreate: `touch "$MEET/${own}"; for _ in $(seq 600); do [ -e "$MEET/${other}" ] && exit 0; sleep 0.1; done; exit 1`,
  });
  const { driver, all } = driving(
    { native: meet("native", "vault"), vault: meet("vault", "native") },
    { environment: { ...environment, MEET: directory } },
  );

  expect(kinds(await driver.deploy(all))).toEqual({ native: "changed", vault: "changed" });
});

test("a diff of stacks that are not deployed plans the first, and says what each of the others waits for", async () => {
  const { driver, all, lines } = driving(CHAIN);

  const outcomes = await driver.diff(all);

  expect(outcomes.get("native")).toEqual({
    kind: "waiting",
    why: "it reads outputs of foundation that are not deployed yet",
    previewed: true,
  });
  expect(kinds(outcomes)).toEqual({ foundation: "changed", native: "waiting", application: "waiting" });
  expect(lines).toContain("foundation: Plan: 1 to add, 0 to change, 0 to destroy.");
});

test("a diff waits for a single output that is new to a deployed stack", async () => {
  const before = driving({ foundation: {} });
  await before.driver.deploy(before.all);
  const { driver, all } = driving({
    foundation: { more: { output: { value: { value: "1" }, added: { value: "2" } } } },
    native: { needs: ["foundation"], reads: ["foundation.added"] },
  });

  expect(kinds(await driver.diff(all))).toEqual({ foundation: "changed", native: "waiting" });
});

test("when the first of four fails, its error is shown and the others are not begun", async () => {
  const { driver, all, lines } = driving({
    ...CHAIN,
    foundation: { onCreate: "echo out of luck; exit 3" },
    vault: { needs: ["foundation"] },
  });

  const outcomes = await driver.deploy(all);

  expect(kinds(outcomes)).toEqual({
    foundation: "failed",
    native: "not begun",
    vault: "not begun",
    application: "not begun",
  });
  const failed = outcomes.get("foundation");
  expect(failed?.kind === "failed" && failed.error.message).toMatch(
    /^terraform apply failed in .*cdktf\.out\/stacks\/foundation \(exit code 1\)$/,
  );
  expect(lines.join("\n")).toMatch(/out of luck[\s\S]*local-exec provisioner error/);
});

test("what is applied is the plan that was shown, and only if it is approved", async () => {
  const questions: string[] = [];
  const answers = [false, true];
  const { driver, all } = driving(CHAIN, {
    ...logging(),
    approve: async (question) => {
      questions.push(question);
      return answers.shift() ?? false;
    },
  });

  expect(kinds(await driver.deploy(all))).toEqual({
    foundation: "refused",
    native: "not begun",
    application: "not begun",
  });
  expect(existsSync(join(directory, "log"))).toBe(false);
  expect(kinds(await driver.deploy(all))).toMatchObject({ foundation: "changed", native: "refused" });
  expect(questions).toEqual([
    "Deploy foundation as planned above?",
    "Deploy foundation as planned above?",
    "Deploy native as planned above?",
  ]);
});

test.each(["approved", "refused", "failed"])("no plan file stays when it was %s", async (how) => {
  const { driver, all } = driving(
    { foundation: { onCreate: how === "failed" ? "exit 1" : "true" } },
    { approve: async () => how !== "refused" },
  );

  await driver.deploy(all);

  expect(readdirSync(String(all[0]?.folder)).filter((name) => /plan/.test(name))).toEqual([]);
});

test("variables reach plan and apply, also those that no plan keeps", async () => {
  const { driver, all } = driving(
    {
      foundation: {
        more: {
          variable: { name: {}, passing: { ephemeral: true } },
          output: { value: { value: `\${var.name}` } },
        },
      },
    },
    { extra: terraformOptions(["-var", "name=given", "-var=passing=by", "-parallelism=1"]) },
  );

  expect(kinds(await driver.deploy(all))).toEqual({ foundation: "changed" });
  expect(await readOutputs(String(all[0]?.folder), { environment })).toEqual({ value: "given" });
});

test("a provider is unpacked once for all stacks", async () => {
  const address = "registry.terraform.io/hashicorp/none";
  const packed = join(directory, "mirror", address);
  mkdirSync(packed, { recursive: true });
  const zip = zipSync({ "terraform-provider-none_v1.0.0": strToU8("#!/bin/sh") });
  writeFileSync(join(packed, `terraform-provider-none_1.0.0_${platform()}.zip`), zip);
  const configuration = join(directory, "terraform.rc");
  writeFileSync(
    configuration,
    `provider_installation {\n  filesystem_mirror {\n    path = "${join(directory, "mirror")}"\n  }\n}\n`,
  );
  const cache = join(directory, "cache");
  mkdirSync(cache);
  const own = { TF_CLI_CONFIG_FILE: configuration, TF_PLUGIN_CACHE_DIR: cache };
  const terraform = { required_providers: { none: { source: "none", version: "1.0.0" } } };
  const stack = { more: { terraform } };
  const { driver, all, named } = driving(
    { foundation: stack, native: stack },
    { environment: await usersTerraformEnvironment(own) },
  );

  // A shell script is no provider, so no plan succeeds: what matters is where the second stack has it from.
  const unpacked = join(address, "1.0.0", platform(), "terraform-provider-none_v1.0.0");
  await driver.diff(named("foundation"));
  writeFileSync(join(cache, unpacked), "#!/bin/sh of the cache");
  await driver.diff(named("native"));

  const [, native] = all;
  const found = join(String(native?.folder), ".terraform", "providers", unpacked);
  expect(readFileSync(found, "utf8")).toBe("#!/bin/sh of the cache");
});

test("a stack alone is not deployed while one that it needs is not", async () => {
  const { driver, named } = driving({ ...CHAIN, vault: { needs: ["foundation"] } }, logging());

  expect(await driver.notDeployable(named("native", "vault"))).toEqual([
    "native needs foundation, which is not deployed as it is now",
    "vault needs foundation, which is not deployed as it is now",
  ]);
  expect(await driver.notDeployable(named("foundation", "native"))).toEqual([]);
  await driver.deploy(named("foundation"));
  expect(await driver.notDeployable(named("native", "vault"))).toEqual([]);
});

test("a stack alone is not destroyed while one that needs it has resources", async () => {
  const { driver, all, named } = driving(CHAIN, logging());
  await driver.deploy(all);

  expect(await driver.notDestroyable(named("native"))).toEqual([
    "application needs native, and still has resources",
  ]);
  expect(await driver.notDestroyable(named("application", "native"))).toEqual([]);
  // As --ignore-dependencies does it, when functions read from another backend.
  expect(kinds(await driver.destroy(named("native")))).toEqual({ native: "changed" });
});
