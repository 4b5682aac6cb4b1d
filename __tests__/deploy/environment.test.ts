import { basename, join } from "node:path";
import {
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { Draft } from "../../constructs/environment/rules/draft";
import { roleCharacters } from "../../constructs/environment/rules/limits";
import { StackTerraform } from "../../scripts/deploy/stack-terraform";
import { type Stack, selectStacks, synthesizedStacks } from "../../scripts/deploy/stacks";
import { terraformOptions } from "../../scripts/deploy/terraform-options";
import { terraform as runInStack } from "../../scripts/terraform/terraform";
import { evaluate, type IamPolicy } from "../../testbed/aws/iam-policy";
import { shownPolicies } from "../../testbed/iam/deploys/shown-policies";
import { unexplained } from "../../testbed/iam/unrecorded-actions";
import { compareStates } from "../../testbed/network/deployed";
import { awsWouldTakeTheRequests } from "../support/aws-requests";
import { clientSettings } from "../support/client-settings";
import { expectScannedPlans } from "./support/plan-scan";
import { expectReplacedNode } from "./support/replaced-node";
import type { Runbook } from "./support/runbook";
import { breakAndMend, openRunbook, REGION, storeProgram } from "./support/runbook-scenes";
import { attributes, named, stateFile, stateOf } from "./support/states";
import { ACCOUNT, DeployWorld } from "./support/world";

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
const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/boundary`;

jest.setTimeout(30 * MINUTE);

let world: DeployWorld;

beforeAll(async () => {
  world = await DeployWorld.start();
});

afterAll(() => world?.stop());

test("dev with a Vault server is deployed, mended by the runbook, and destroyed", async () => {
  const dev = await world.synthesize("dev", {
    planners: [PLANNER],
    permissionsBoundaryArn: BOUNDARY,
    backends: ["native", "vault"],
    vault: { server: vaultServer },
    operations: {},
    // There is something to restore.
    secretRecoveryDays: 7,
  });
  const runbook = await openRunbook(dev, world);
  await runbook.type("ENVIRONMENT=staging npm run vault:tls");
  await runbook.type("ENVIRONMENT=staging npm run vault:tls -- --new-owners");
  await previewBeforeAnything(dev);
  await world.apply(dev);
  expectCountedPolicies(dev, "orders");
  expect(compareStates(REGION, dev.map(stateFile)).findings).toEqual([]);
  await world.expectCleanPlan(dev);
  await expectReplacedNode(dev, world);
  await storeProgram(runbook);
  await loseBootstrapVersion(dev, runbook);
  await planWithoutPasswords(named(dev, "native"));
  await eachEnded(
    expectScannedPlans({ dev }, { folder: world.folder, secret: ROTATED }),
    breakAndMend(dev, runbook, world),
  );
  await world.destroy(dev);
  expect(await runbook.typeAws({})).toEqual([]);
  expect(runbook.left).toEqual([]);
  expect(unexplained(shownPolicies("deployer", world.environmentOf(dev)), world.recorded)).toEqual([]);
});

awsWouldTakeTheRequests(() => world.emulator);

/** Both, before anything is said of the one that failed. */
async function eachEnded(...work: Promise<void>[]): Promise<void> {
  await Promise.allSettled(work);
  await Promise.all(work);
}

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
    ...world.terraform,
    screen,
    extra: terraformOptions([]),
  });

  expect(await stackTerraform.preview([basename(foundation)])).toBe(true);
  expect(lines.join("\n")).toMatch(/aws_secretsmanager_secret_rotation\.\S+ will be created/);
}

/** What the loader counts before a deploy, with a limit to it, is what IAM is sent. */
function expectCountedPolicies(stacks: readonly string[], functionName: string): void {
  const settings = world.environmentOf(stacks);
  const { namePrefix, functions } = settings;
  const policies = world.emulator.calls.filter(
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
  const before = world.emulator.calls.length;
  await world.expectCleanPlan([native]);
  const reads = world.emulator.calls.slice(before).filter(({ action }) => action === "GetSecretValue");
  expect(reads).toHaveLength(1);
  for (const { input } of reads)
    expect(mayRead({ "secretsmanager:VersionId": String(input.VersionId) })).toBe("allowed");
  expect(mayRead({ "secretsmanager:VersionStage": "AWSCURRENT" })).toBe("denied");
  expect(mayRead({})).toBe("denied");
}

function client(): SecretsManagerClient {
  return new SecretsManagerClient(clientSettings(world.emulator));
}

async function runTerraform(stack: string, args: string[]): Promise<string[]> {
  const { stdout } = await runInStack(stack, args, world.terraform);
  return stdout.split("\n");
}
