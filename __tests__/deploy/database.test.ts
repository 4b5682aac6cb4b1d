import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { App } from "cdktf";
import { loadEnvironment } from "../../constructs/environment";
import { SecretsPlatform } from "../../constructs/platform";
import { CommandFailed } from "../../scripts/support/processes";
import { detectProviderSource } from "../../scripts/terraform/provider-source";
import { terraform as runInStack } from "../../scripts/terraform/terraform";
import { badDayOf } from "../../testbed/aws/faults/bad-day";
import { describeFaults } from "../../testbed/aws/faults/faults";
import { checkFaults } from "../../testbed/local/checks";
import { describeChange, planChanges } from "../../testbed/terraform/plan-changes";
import { awsWouldTakeTheRequests } from "../support/aws-requests";
import { applyStack, destroyStack } from "../support/deploy";
import { changed } from "../support/environment-files";
import { deployersMayCall } from "../support/permissions";
import { ACCOUNT, DeployWorld } from "./support/world";

const ROOT = join(__dirname, "..", "..");

jest.setTimeout(10 * 60_000);

let world: DeployWorld;
let foundation: string;

beforeAll(async () => {
  world = await DeployWorld.start();
  foundation = await synthesize({});
  world.emulator.faults.begin(badDayOf(process.env));
  await applyStack(foundation, world.terraform);
  world.emulator.faults.end();
});

afterAll(() => world?.stop());

/** The foundation of `dev` with changes, for the emulator. */
async function synthesize(changes: Readonly<Record<string, unknown>>): Promise<string> {
  const provider = detectProviderSource();
  const shipped = JSON.parse(await readFile(join(ROOT, "environments", "dev.json"), "utf8"));
  const settings = changed(shipped, {
    $schema: undefined,
    account: ACCOUNT,
    emulator: { endpoint: world.emulator.endpoint },
    ...(provider.kind === "mirror" && { providerVersion: provider.awsVersion }),
    ...changes,
  });
  await writeFile(join(world.folder, "dev.json"), JSON.stringify(settings));
  const app = new App({ outdir: join(world.folder, "cdktf.out"), stackTraces: false });
  new SecretsPlatform(app, "Secrets", {
    environment: loadEnvironment(join(world.folder, "dev.json"), { root: ROOT, variables: {} }),
  });
  app.synth();
  return join(app.outdir, "stacks", "dev-foundation");
}

/** What is planned; fails as `terraform plan` does. */
async function plan(): Promise<string[]> {
  const changes = await planChanges(foundation, world.terraform);
  return changes.map(describeChange);
}

/** What Terraform says in failing, without its frame. */
async function failureOf(command: Promise<unknown>): Promise<string> {
  const failure = await command.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failure instanceof CommandFailed))
    throw failure ?? new Error("expected a failure of Terraform, got none");
  return failure.stderr.replace(/[\s│]+/g, " ");
}

// The whole of a bad day, with rotations and a destroy, is `npm run local -- --bad-day`, which `npm run soak` does.
test("the foundation deploys where AWS is late, throttles, and shows old data", async () => {
  console.log(`a foundation, ${describeFaults(world.emulator.faults)}`);
  checkFaults(world.emulator.faults.counts);
  expect(await plan()).toEqual([]);
});

test("what a cluster must stay as it was made fails the plan, and what to do instead is said", async () => {
  await synthesize({
    "databases.main.databaseName": "shop",
    "databases.main.superuserName": "root2",
    "databases.main.engine": "aurora-mysql",
    "databases.main.engineVersion": "8.0.mysql_aurora.3.10.0",
    "databases.main.extendedSupport": true,
    "secrets[0].grants": [],
  });
  const message = await failureOf(plan());
  for (const [name, old, now] of [
    ["databaseName", "app", "shop"],
    ["superuserName", "dbadmin", "root2"],
    ["engine", "aurora-postgresql", "aurora-mysql"],
    ["extendedSupport", "false", "true"],
  ])
    expect(message).toContain(
      `${name} must stay what the cluster secrets-dev-main was made with, "${old}", got "${now}".`,
    );
  expect(message.match(/Write it again/g)).toHaveLength(4);
});

test("another class of the instances is applied with the deployment, in place", async () => {
  await synthesize({
    "databases.main.capacity": { kind: "provisioned", instanceClass: "db.r8g.large" },
  });
  const planned = await plan();
  expect(planned.join("\n")).toMatch(/aws_rds_cluster_instance/);
  expect(planned.join("\n")).not.toMatch(/delete|replace/);
  await applyStack(foundation, world.terraform);
  expect(await plan()).toEqual([]);
});

test("what is protected from deletion is not planned away, and what is not, goes", async () => {
  await synthesize({ "databases.main.deletionProtection": true });
  const destruction = runInStack(
    foundation,
    ["plan", "-destroy", "-input=false", "-no-color"],
    world.terraform,
  );
  expect(await failureOf(destruction)).toContain("Instance cannot be destroyed");
  await synthesize({});
  await destroyStack(foundation, world.terraform);
});

awsWouldTakeTheRequests(() => world.emulator);

deployersMayCall(() => world.emulator.calls, "secrets-dev");
