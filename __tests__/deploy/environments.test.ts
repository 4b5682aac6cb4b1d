import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import {
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { App } from "cdktf";
import type { PipelineRole } from "../../constructs/ci/role-names";
import { type Environment, loadEnvironment } from "../../constructs/environment";
import type { Draft } from "../../constructs/environment/rules/draft";
import { roleCharacters } from "../../constructs/environment/rules/limits";
import { SecretsPlatform } from "../../constructs/platform";
import { readOutputs } from "../../scripts/deploy/outputs";
import { StackTerraform } from "../../scripts/deploy/stack-terraform";
import { type Stack, selectStacks, synthesizedStacks } from "../../scripts/deploy/stacks";
import { terraformOptions } from "../../scripts/deploy/terraform-options";
import { detectProviderSource, terraformEnvironment } from "../../scripts/terraform/provider-source";
import { terraform as runInStack } from "../../scripts/terraform/terraform";
import { type AwsEmulator, startAwsEmulator } from "../../testbed/aws/aws-emulator";
import { withoutAwsSettings } from "../../testbed/aws/aws-settings";
import { evaluate, type IamPolicy } from "../../testbed/aws/iam-policy";
import { notAllowed } from "../../testbed/iam/deploys/not-allowed";
import { shownPolicies } from "../../testbed/iam/deploys/shown-policies";
import { unexplained } from "../../testbed/iam/unrecorded-actions";
import { compareStates } from "../../testbed/network/deployed";
import { describeChange, planChanges } from "../../testbed/terraform/plan-changes";
import { awsWouldTakeTheRequests } from "../support/aws-requests";
import { applyStack, destroyStack } from "../support/deploy";
import { expectScannedPlans } from "./support/plan-scan";
import type { Runbook } from "./support/runbook";
import {
  ACCOUNT,
  breakAndMend,
  clientSettings,
  openRunbook,
  REGION,
  storeProgram,
} from "./support/runbook-scenes";
import { attributes, named, stateFile, stateOf } from "./support/states";

const ROOT = join(__dirname, "..", "..");
const RUNTIME = "nodejs22.x";
const MINUTE = 60_000;
/** Its configuration is not deployed: no Vault answers here. */
const vaultServer = {
  kind: "created",
  binary: { kind: "artifact", sha256: "0".repeat(64) },
  deletionProtection: false,
};
/** What stands for a password after the first rotation. */
const ROTATED = "as if rotated";
const PLANNER = `arn:aws:iam::${ACCOUNT}:role/planner`;

jest.setTimeout(30 * MINUTE);

let folder: string;
let emulator: AwsEmulator;
let terraform: { environment: NodeJS.ProcessEnv };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "deploy-"));
  emulator = await startAwsEmulator({ directory: folder });
  const source = await terraformEnvironment(detectProviderSource(), folder);
  terraform = { environment: { ...withoutAwsSettings(), ...source } };
});

afterAll(async () => {
  await emulator?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("dev with a Vault server deploys, is adopted by another, is mended by the runbook, and both are destroyed", async () => {
  const dev = await synthesize("dev", {
    planners: [PLANNER],
    backends: ["native", "vault"],
    vault: { server: vaultServer },
    operations: {},
    // There is something to restore.
    secretRecoveryDays: 7,
  });
  const world = { emulator, folder, terraform };
  const runbook = await openRunbook(dev, world);
  await runbook.type("ENVIRONMENT=staging npm run vault:tls");
  await previewBeforeAnything(dev);
  await apply(dev);
  expectCountedPolicies("dev", "orders");
  expect(compareStates(REGION, dev.map(stateFile)).findings).toEqual([]);
  await expectCleanPlan(dev);
  await storeProgram(runbook);
  await loseBootstrapVersion(dev, runbook);
  await planWithoutPasswords(named(dev, "native"));

  const adopt = await synthesize("adopt", await adoptedFrom(dev));
  await apply(adopt);
  expect(compareStates(REGION, [...dev, ...adopt].map(stateFile)).findings).toEqual([]);
  await expectCleanPlan(adopt);
  await expectScannedPlans({ dev, adopt }, { folder, secret: ROTATED });

  await destroy(adopt);
  // What the other environment had adopted is there as before.
  await expectCleanPlan(["foundation", "native"].map((name) => named(dev, name)));
  await breakAndMend(dev, runbook, world);
  await destroy(dev);
  expect(await runbook.typeAws({})).toEqual([]);
  expect(runbook.left).toEqual([]);
  expect(unexplained(shownPolicies("deployer", environmentOf(dev)), recorded)).toEqual([]);
});

awsWouldTakeTheRequests(() => emulator);

/** What reads outputs of stacks that are not there can be shown all the same. */
async function previewBeforeAnything(stacks: string[]): Promise<void> {
  const foundation = named(stacks, "foundation");
  const native = named(stacks, "native");
  const lines: string[] = [];
  const screen = {
    isTerraforms: false,
    coloured: false,
    begin: () => {},
    line: (_: string, text: string) => lines.push(text),
  };
  const [stack] = selectStacks(synthesizedStacks(join(foundation, "..", "..")), [basename(native)]);
  const stackTerraform = new StackTerraform(stack as Stack, {
    ...terraform,
    screen,
    extra: terraformOptions([]),
  });

  expect(await stackTerraform.preview([basename(foundation)])).toBe(true);
  expect(lines.join("\n")).toMatch(/aws_secretsmanager_secret_rotation\.\S+ will be created/);
}

/** What the loader counts before a deploy, with a limit to it, is what IAM is sent. */
function expectCountedPolicies(environment: string, functionName: string): void {
  const settings = loadEnvironment(join(folder, `${environment}.json`), { root: ROOT, variables: {} });
  const { namePrefix, functions } = settings;
  const policies = emulator.calls.filter(
    ({ action, input }) => action === "PutRolePolicy" && input.RoleName === `${namePrefix}-${functionName}`,
  );
  const sent = policies.map(({ input }) => String(input.PolicyDocument).replaceAll(/\s/g, "").length);
  const { name, secrets } = functions.find(({ name }) => name === functionName) ?? { name: "", secrets: [] };
  expect(policies).toHaveLength(2);
  expect(sent.reduce((sum, one) => sum + one, 0)).toBe(
    roleCharacters(settings as unknown as Draft, { name, secrets }),
  );
}

/** Law 2: whatever happens to the version that Terraform wrote, it never makes a value without password current. */
async function loseBootstrapVersion(stacks: string[], runbook: Runbook): Promise<void> {
  const native = named(stacks, "native");
  const secretsManager = client();
  const secret = attributes(await stateOf(native), "aws_secretsmanager_secret");
  const SecretId = String(secret.arn);
  const rotated = JSON.stringify({ username: "orders", password: ROTATED });
  await secretsManager.send(new PutSecretValueCommand({ SecretId, SecretString: rotated }));

  const address = (await runTerraform(native, ["state", "list"])).find((line) =>
    line.includes("secret_version"),
  );
  await runTerraform(native, ["state", "rm", String(address)]);
  await runbook.type("ENVIRONMENT=staging npm run deploy -- staging-native", "--auto-approve");

  const current = await secretsManager.send(
    new GetSecretValueCommand({ SecretId, VersionStage: "AWSCURRENT" }),
  );
  expect(current.SecretString).toBe(rotated);
}

/** The secret's own policy, as it was deployed: a planner's plan reads what it needs, and nobody's password. */
async function planWithoutPasswords(native: string): Promise<void> {
  const secret = attributes(await stateOf(native), "aws_secretsmanager_secret");
  const { ResourcePolicy: policy } = await client().send(
    new GetResourcePolicyCommand({ SecretId: String(secret.arn) }),
  );
  const everything: IamPolicy = { Statement: { Effect: "Allow", Action: "*", Resource: "*" } };
  const mayRead = (context: Record<string, string>) =>
    evaluate([everything, JSON.parse(String(policy))], {
      action: "secretsmanager:GetSecretValue",
      resource: String(secret.arn),
      context: {
        "aws:PrincipalArn": PLANNER,
        "aws:PrincipalAccount": ACCOUNT,
        "aws:PrincipalIsAWSService": "false",
        ...context,
      },
    });
  const before = emulator.calls.length;
  await expectCleanPlan([native]);
  const reads = emulator.calls.slice(before).filter(({ action }) => action === "GetSecretValue");
  expect(reads).toHaveLength(1);
  for (const { input } of reads)
    expect(mayRead({ "secretsmanager:VersionId": String(input.VersionId) })).toBe("allowed");
  expect(mayRead({ "secretsmanager:VersionStage": "AWSCURRENT" })).toBe("denied");
  expect(mayRead({})).toBe("denied");
}

function client(): SecretsManagerClient {
  return new SecretsManagerClient(clientSettings(emulator));
}

async function runTerraform(stack: string, args: string[]): Promise<string[]> {
  const { stdout } = await runInStack(stack, args, terraform);
  return stdout.split("\n");
}

/** Synthesizes a shipped environment for the emulator; gives the folders of its stacks in order of deployment. */
async function synthesize(name: string, settings: Record<string, unknown>): Promise<string[]> {
  const shipped = JSON.parse(await readFile(join(ROOT, "environments", `${name}.json`), "utf8"));
  const provider = detectProviderSource();
  const file = join(folder, `${name}.json`);
  await writeFile(
    file,
    JSON.stringify({
      ...shipped,
      $schema: undefined,
      account: ACCOUNT,
      emulator: { endpoint: emulator.endpoint },
      // The emulator would run the first rotation while it is being configured, without a database.
      rotation: { runtime: RUNTIME, immediately: false },
      functions: shipped.functions.map((entry: object) => ({ ...entry, runtime: RUNTIME })),
      ...(provider.kind === "mirror" && { providerVersion: provider.awsVersion }),
      ...settings,
    }),
  );
  await mkdir(join(folder, name));
  const app = new App({ outdir: join(folder, name, "cdktf.out"), stackTraces: false });
  const environment = loadEnvironment(file, { root: ROOT, variables: {} });
  environments.set(name, environment);
  const platform = new SecretsPlatform(app, "Secrets", { environment });
  app.synth();
  // There is no Vault that could be configured.
  const stacks = platform.stacks.filter(({ node }) => !node.id.endsWith("-vault"));
  return stacks.map(({ node }) => join(app.outdir, "stacks", node.id));
}

/** An environment that adopts the VPC, subnets, cluster and endpoint of another. */
async function adoptedFrom(stacks: string[]): Promise<Record<string, unknown>> {
  const foundation = named(stacks, "foundation");
  const { databases } = await readOutputs(foundation, terraform);
  const { main } = databases as Record<string, Record<string, unknown>>;
  const network = await stateOf(foundation);
  const cluster = attributes(network, "aws_rds_cluster");
  const endpoint = attributes(await stateOf(named(stacks, "native")), "aws_vpc_endpoint");
  return {
    network: {
      kind: "adopted",
      vpcId: attributes(network, "aws_vpc").id,
      subnetIds: endpoint.subnet_ids,
      secretsManagerEndpoint: { securityGroupId: (endpoint.security_group_ids as string[])[0] },
    },
    databases: {
      main: {
        kind: "adopted",
        engine: "aurora-postgresql",
        clusterResourceId: cluster.cluster_resource_id,
        host: main?.host,
        port: main?.port,
        databaseName: cluster.database_name,
        securityGroupId: (cluster.vpc_security_group_ids as string[])[0],
        superuserSecretArn: main?.superuser_secret_arn,
        superuserSecretKeyArn: cluster.kms_key_id,
      },
    },
  };
}

async function apply(stacks: string[]): Promise<void> {
  await permitted("deployer", stacks, async () => {
    for (const some of inTurn(stacks)) await Promise.all(some.map((stack) => applyStack(stack, terraform)));
  });
}

/** The first, those before the functions at the same time, and the others. */
function inTurn(stacks: readonly string[]): string[][] {
  const functions = stacks.findIndex((stack) => stack.endsWith("-functions"));
  return [stacks.slice(0, 1), stacks.slice(1, functions), ...stacks.slice(functions).map((stack) => [stack])];
}

/** What whoever deploys and plans has called. */
const recorded = new Set<string>();

/** By name. */
const environments = new Map<string, Environment>();

function environmentOf([stack = ""]: readonly string[]): Environment {
  const found = environments.get(basename(stack).replace(/-.*$/, ""));
  if (!found) throw new Error(`${stack} is of no environment`);
  return found;
}

/** Every call that the work makes is allowed by the policies that docs/permissions.md shows. */
async function permitted<Result>(
  role: PipelineRole,
  stacks: readonly string[],
  work: () => Promise<Result>,
): Promise<Result> {
  const environment = environmentOf(stacks);
  const before = emulator.calls.length;
  const result = await work();
  const calls = emulator.calls.slice(before);
  for (const { service, action } of calls) recorded.add(`${service}:${action}`);
  expect(calls.length).toBeGreaterThan(0);
  expect(notAllowed(calls, shownPolicies(role, environment), environment)).toEqual([]);
  return result;
}

async function expectCleanPlan(stacks: string[]): Promise<void> {
  const plan = (stack: string) => planChanges(stack, terraform);
  const plans = await permitted("planner", stacks, () => Promise.all(stacks.map(plan)));
  expect(plans.flatMap(({ changes }) => changes.map(describeChange))).toEqual([]);
}

async function destroy(stacks: string[]): Promise<void> {
  await permitted("deployer", stacks, async () => {
    for (const some of inTurn(stacks).reverse())
      await Promise.all(some.map((stack) => destroyStack(stack, terraform)));
  });
}
