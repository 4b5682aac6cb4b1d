import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { readOutputs } from "../../../scripts/deploy/outputs";
import { summary } from "../../../scripts/deploy/summary";
import { terraformOptions } from "../../../scripts/deploy/terraform-options";
import { platform } from "../../../scripts/terraform/provider-mirrors";
import { usersTerraformEnvironment } from "../../../scripts/terraform/provider-source";
import { CHAIN, drivers, environment, kinds } from "./support/drivers";
import type { WrittenStack } from "./support/synthesized";

const { folder, driving, logging, logged } = drivers();

test("a stack is initialised once, however many commands follow", async () => {
  const logs = join(folder(), "commands");
  const wrapper = join(folder(), "terraform.sh");
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
  expect(readdirSync(join(folder(), "cdktf.out", "stacks"))).toEqual(["application", "foundation", "native"]);
  expect(readdirSync(folder()).filter((name) => name.endsWith(".tfstate"))).toEqual([]);
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

test("independent stacks are applied at the same time when nothing is asked", async () => {
  const meet = (own: string, other: string): WrittenStack => ({
    onCreate: `touch "$MEET/${own}"; for _ in $(seq 600); do [ -e "$MEET/${other}" ] && exit 0; sleep 0.1; done; exit 1`,
  });
  const { driver, all } = driving(
    { native: meet("native", "vault"), vault: meet("vault", "native") },
    { environment: { ...environment, MEET: folder() } },
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
  const packed = join(folder(), "mirror", address);
  mkdirSync(packed, { recursive: true });
  const zip = zipSync({ "terraform-provider-none_v1.0.0": strToU8("#!/bin/sh") });
  writeFileSync(join(packed, `terraform-provider-none_1.0.0_${platform()}.zip`), zip);
  const configuration = join(folder(), "terraform.rc");
  writeFileSync(
    configuration,
    `provider_installation {\n  filesystem_mirror {\n    path = "${join(folder(), "mirror")}"\n  }\n}\n`,
  );
  const cache = join(folder(), "cache");
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
