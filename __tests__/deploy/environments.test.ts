import { createHash, randomUUID } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { App } from "cdktf";
import { zipSync } from "fflate";
import { loadEnvironment } from "../../constructs/environment";
import type { Draft } from "../../constructs/environment/rules/draft";
import { roleCharacters } from "../../constructs/environment/rules/limits";
import { SecretsPlatform } from "../../constructs/platform";
import { readOutputs } from "../../scripts/deploy/outputs";
import { StackTerraform } from "../../scripts/deploy/stack-terraform";
import { type Stack, selectStacks, synthesizedStacks } from "../../scripts/deploy/stacks";
import { terraformOptions } from "../../scripts/deploy/terraform-options";
import { scanPlans } from "../../scripts/policy/scan";
import { openFindings, problemsOfSuppressions, readSuppressions } from "../../scripts/policy/suppressions";
import { detectProviderSource, terraformEnvironment } from "../../scripts/terraform/provider-source";
import { terraform as runInStack } from "../../scripts/terraform/terraform";
import type { ServerOutput } from "../../scripts/vault/deployed-server";
import { type AwsEmulator, startAwsEmulator } from "../../testbed/aws/aws-emulator";
import { withoutAwsSettings } from "../../testbed/aws/aws-settings";
import { evaluate, type IamPolicy } from "../../testbed/aws/iam-policy";
import { PHANTOM_DIFFS } from "../../testbed/aws/phantom-diffs";
import { RotationFailed, RotationScheduler } from "../../testbed/aws/rotation-scheduler";
import { unexplained } from "../../testbed/iam/unrecorded-actions";
import { LambdaRunner } from "../../testbed/lambda/lambda-runner";
import { readDeployed } from "../../testbed/operations/deployed";
import {
  describeChange,
  type PlanChanges,
  planChanges,
  stalePhantoms,
} from "../../testbed/terraform/plan-changes";
import { awsWouldTakeTheRequests } from "../support/aws-requests";
import { applyStack, destroyStack } from "../support/deploy";
import { undocumentedNetwork } from "../support/network";
import { notAllowed, type Role, shownPolicy } from "../support/permissions";
import { Runbook } from "./support/runbook";

const ROOT = join(__dirname, "..", "..");
const RUNTIME = "nodejs22.x";
const MINUTE = 60_000;
const ACCOUNT = "123456789012";
const REGION = "ap-northeast-2";
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

test("dev with a Vault server deploys, plans clean, keeps passwords, can be adopted, is mended by the runbook, and both can be destroyed", async () => {
  const dev = await synthesize("dev", {
    planners: [PLANNER],
    backends: ["native", "vault"],
    vault: { server: vaultServer },
    operations: {},
    // There is something to restore.
    secretRecoveryDays: 7,
  });
  const runbook = await openRunbook(dev);
  await runbook.type("ENVIRONMENT=staging npm run vault:tls");
  await previewBeforeAnything(dev);
  await apply(dev);
  expectCountedPolicies("dev", "orders");
  expect(undocumentedNetwork(REGION, dev)).toEqual([]);
  const plans = [...(await expectCleanPlan(dev))];
  await storeProgram(runbook);
  await loseBootstrapVersion(dev, runbook);
  await planWithoutPasswords(named(dev, "native"));

  const adopt = await synthesize("adopt", await adoptedFrom(dev));
  await apply(adopt);
  expect(undocumentedNetwork(REGION, [...dev, ...adopt])).toEqual([]);
  plans.push(...(await expectCleanPlan(adopt)));
  await scanPlansOf({ dev, adopt });
  // A known fault of the emulator that no plan shows any more would hide a fault of ours.
  expect(stalePhantoms(plans, PHANTOM_DIFFS)).toEqual([]);

  await destroy(adopt);
  // What the other environment had adopted is there as before.
  await expectCleanPlan(["foundation", "native"].map((name) => named(dev, name)));
  await breakAndMend(dev, runbook);
  await destroy(dev);
  expect(await runbook.typeAws({})).toEqual([]);
  expect(runbook.left).toEqual([]);
  expect(
    unexplained(
      DEPLOYERS.map((one) => shownPolicy(one, "secrets-dev", ACCOUNT)),
      recorded,
    ),
  ).toEqual([]);
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

/**
 * checkov finds nothing in the clean plans that nobody has suppressed, and would see a policy that is wider: only there,
 * policies have their values. No plan holds the password that the secret has by then.
 */
async function scanPlansOf(environments: Readonly<Record<string, readonly string[]>>): Promise<void> {
  const plans = Object.entries(environments).flatMap(([environment, stacks]) =>
    stacks.map((stack) => ({
      environment,
      stack: basename(stack).slice(environment.length + 1),
      file: join(stack, "check.tfplan.json"),
    })),
  );
  // As dev's, so that what is suppressed there is here, too.
  const wider = { environment: "dev", stack: "native", file: join(folder, "wider.tfplan.json") };
  const native = plans.find(({ environment, stack }) => environment === "dev" && stack === "native");
  await writeFile(wider.file, withWiderPolicy(await readFile(String(native?.file), "utf8")));

  const { passed, findings } = await scanPlans([...plans, wider]);
  const suppressions = readSuppressions();
  const today = new Date().toISOString().slice(0, 10);
  expect(passed).toBeGreaterThan(400);
  const open = openFindings(findings, suppressions, today);
  expect(open.map(({ check, address }) => `${check} ${address.replace(/_[0-9A-F]{8}$/, "")}`).sort()).toEqual(
    [
      "CKV_AWS_288 native/Native_Rotation-main_Function_RotationPolicy",
      "CKV_AWS_355 native/Native_Rotation-main_Function_RotationPolicy",
    ],
  );
  expect(problemsOfSuppressions("plan", findings, suppressions, today)).toEqual([]);
  const texts = await Promise.all(plans.map(({ file }) => readFile(file, "utf8")));
  expect(texts.filter((text) => text.includes(ROTATED))).toEqual([]);
}

/** The plan of a stack in which the rotation function may read any secret. */
function withWiderPolicy(json: string): string {
  const plan = JSON.parse(json);
  const { values } = plan.planned_values.root_module.resources.find(({ address }: { address: string }) =>
    address.includes("RotationPolicy"),
  );
  const policy = JSON.parse(values.policy);
  policy.Statement.push({ Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: "*" });
  values.policy = JSON.stringify(policy);
  return JSON.stringify(plan);
}

async function openRunbook(dev: string[]): Promise<Runbook> {
  const values = async () => {
    const { alarms } = await readDeployed(stateFile(named(dev, "operations")));
    const { vault_server } = await readOutputs(named(dev, "vault-server"), terraform);
    const [node] = Object.values((vault_server as ServerOutput).nodes);
    const seal = attributes(await stateOf(named(dev, "foundation")), "aws_kms_alias", "SealKey");
    const targets = attributes(await stateOf(named(dev, "vault-server")), "aws_lb_target_group");
    return {
      namePrefix: ["secrets-dev"],
      account: [ACCOUNT],
      region: [REGION],
      // As the alarm's entry says: with what its name ends with.
      endpoint: alarms.flatMap(({ alarm_name }) => /PacketsDropped-(.*)/.exec(alarm_name)?.[1] ?? []),
      "instance id": [node?.instance_id ?? ""],
      "source address": [node?.address ?? ""],
      "key id": [String(seal.target_key_id)],
      ARN: [String(targets.arn)],
      // The state is beside the stacks here.
      bucket: [`secrets-dev-vault-${ACCOUNT}-${REGION}`],
      keyPrefix: ["vault-server"],
    };
  };
  const states = join(folder, "dev");
  const { environment: variables } = terraform;
  return await Runbook.open({ emulator, file: `${states}.json`, states, values, variables });
}

/** A zip file as it is published, of what looks like a program. */
async function storeProgram(runbook: Runbook): Promise<void> {
  const program = new Uint8Array(64);
  // Of an ELF file for arm64.
  program.set([0x7f, 0x45, 0x4c, 0x46]);
  program[18] = 0xb7;
  const zip = zipSync({ vault: program });
  runbook.provide("vault_1.21.1_linux_arm64.zip", zip);
  const sum = createHash("sha256").update(zip).digest("hex");
  runbook.provide("vault_1.21.1_SHA256SUMS", `${sum}  vault_1.21.1_linux_arm64.zip\n`);
  await runbook.type(
    "ENVIRONMENT=staging npm run vault:artifact -- vault_1.21.1_linux_arm64.zip --checksums vault_1.21.1_SHA256SUMS",
  );
}

/** Has a rotation fail, as the functions are deployed, and does what the runbook says. */
async function breakAndMend(dev: string[], runbook: Runbook): Promise<void> {
  const { databases } = await readOutputs(named(dev, "foundation"), terraform);
  const { host } = (databases as { main: { host: string } }).main;
  const runner = new LambdaRunner({
    endpoint: emulator.endpoint,
    region: REGION,
    assets: join(folder, "dev", "cdktf.out"),
    directory: join(folder, "functions"),
    hosts: [host],
  });
  const invoke: LambdaRunner["invoke"] = async (name, event) => {
    const invocation = await runner.invoke(name, event);
    await keepLog(name, await readFile(invocation.log, "utf8"));
    return invocation;
  };
  const secret = attributes(await stateOf(named(dev, "native")), "aws_secretsmanager_secret");
  const rotation = new RotationScheduler(emulator.secretsManager, { invoke }, REGION);
  await expect(rotation.rotate(String(secret.arn))).rejects.toThrow(RotationFailed);
  await invoke("secrets-dev-main-health", { secrets: ["orders"] });
  emulator.lambda.invoke = invoke;
  // Begins, and never ends.
  emulator.secretsManager.rotator = () => {};
  emulator.serviceQuotas.grant("vpc/L-29B6F2EB", 60);

  await runbook.type("npm run secret -- orders", "--yes");
  await runbook.type("npm run secret -- orders --forget-password", "--yes");
  await forgetKey(runbook);
  const scenes = {
    "aws ec2 start-instances": "aws ec2 stop-instances --instance-ids <instance id>",
    "aws kms cancel-key-deletion":
      "aws kms schedule-key-deletion --key-id <key id> --pending-window-in-days 7",
  };
  expect(await runbook.typeAws(scenes, AFTER_DESTROY)).toEqual([]);
}

/** In the copy's state only: the destroy of this test does not do without the key. */
async function forgetKey(runbook: Runbook): Promise<void> {
  const stack = "terraform -chdir=cdktf.out/stacks/staging-foundation";
  await runbook.type(`${stack} init`);
  const [address = ""] = (await runbook.type(`${stack} state list | grep DatabaseKey`)).split("\n");
  await runbook.type(`${stack} state rm <address>`, "", { address });
}

/** What a destroy leaves; and the emulator could not give back the volume of a machine that has ended. */
const AFTER_DESTROY = [
  "aws ec2 terminate-instances",
  "aws secretsmanager delete-secret",
  "aws secretsmanager restore-secret",
];

/** As Lambda does. */
async function keepLog(functionName: string, log: string): Promise<void> {
  const logs = new CloudWatchLogsClient(settings());
  const stream = {
    logGroupName: `/aws/lambda/${functionName.replace(/^.*:/, "")}`,
    logStreamName: randomUUID(),
  };
  await logs.send(new CreateLogStreamCommand(stream));
  const logEvents = log
    .split("\n")
    .filter(Boolean)
    .map((message) => ({ timestamp: Date.now(), message }));
  await logs.send(new PutLogEventsCommand({ ...stream, logEvents }));
}

function client(): SecretsManagerClient {
  return new SecretsManagerClient(settings());
}

function settings() {
  return {
    endpoint: emulator.endpoint,
    region: REGION,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
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

function named(stacks: readonly string[], name: string): string {
  const found = stacks.find((stack) => stack.endsWith(`-${name}`));
  if (!found) throw new Error(`there is no stack ${name}`);
  return found;
}

interface State {
  readonly resources: { type: string; name: string; instances: { attributes: Record<string, unknown> }[] }[];
}

async function stateOf(stack: string): Promise<State> {
  return JSON.parse(await readFile(stateFile(stack), "utf8"));
}

function stateFile(stack: string): string {
  return join(stack, "..", "..", "..", `terraform.${stack.split("/").at(-1)}.tfstate`);
}

/** @param part of the resource's name. */
function attributes(state: State, type: string, part = ""): Record<string, unknown> {
  const found = state.resources.find((resource) => resource.type === type && resource.name.includes(part));
  const [instance] = found?.instances ?? [];
  if (!instance) throw new Error(`the state has no ${type} ${part}`);
  return instance.attributes;
}

async function apply(stacks: string[]): Promise<void> {
  await permitted(DEPLOYERS, stacks, async () => {
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

const PLANNERS: readonly Role[] = ["planner", "vault-server-planner"];
const DEPLOYERS: readonly Role[] = [...PLANNERS, "deployer", "vault-server-deployer", "operations"];

/** Every call that the work makes is allowed by the policies that docs/permissions.md shows. */
async function permitted<Result>(
  roles: readonly Role[],
  [stack = ""]: string[],
  work: () => Promise<Result>,
): Promise<Result> {
  const namePrefix = `secrets-${basename(stack).split("-")[0]}`;
  const before = emulator.calls.length;
  const result = await work();
  const policies = roles.map((role) => shownPolicy(role, namePrefix, ACCOUNT));
  const calls = emulator.calls.slice(before);
  for (const { service, action } of calls) recorded.add(`${service}:${action}`);
  expect(calls.length).toBeGreaterThan(0);
  expect(notAllowed(calls, policies, namePrefix, ACCOUNT)).toEqual([]);
  return result;
}

async function expectCleanPlan(stacks: string[]): Promise<PlanChanges[]> {
  const plan = (stack: string) => planChanges(stack, { ...terraform, excused: PHANTOM_DIFFS });
  const plans = await permitted(PLANNERS, stacks, () => Promise.all(stacks.map(plan)));
  expect(plans.flatMap(({ changes }) => changes.map(describeChange))).toEqual([]);
  return plans;
}

async function destroy(stacks: string[]): Promise<void> {
  await permitted(DEPLOYERS, stacks, async () => {
    for (const some of inTurn(stacks).reverse())
      await Promise.all(some.map((stack) => destroyStack(stack, terraform)));
  });
}
