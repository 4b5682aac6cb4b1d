import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { App, TerraformOutput } from "cdktf";
import { loadEnvironment } from "../../constructs/environment";
import { RotatedSecret } from "../../constructs/native/rotated-secret";
import { EnvironmentStack } from "../../constructs/stacks/environment-stack";
import { type CommandFailed, run } from "../../scripts/support/processes";
import { detectProviderSource } from "../../scripts/terraform/provider-source";
import { terraform as runInStack } from "../../scripts/terraform/terraform";
import { callJson, unsignedHeaders } from "../../testbed/aws/aws-protocol";
import { awsWouldTakeTheRequests } from "../support/aws-requests";
import { applyStack } from "../support/deploy";
import { changed, environmentFolder } from "../support/environment-files";
import { database } from "../support/fixtures";
import { deployersMayCall } from "../support/permissions";
import { projectRoot, shippedSettings } from "../support/shipped";
import { ACCOUNT, DeployWorld } from "./support/world";

const STACK = "adopt-native";

jest.setTimeout(600_000);

let world: DeployWorld;

beforeAll(async () => {
  world = await DeployWorld.start();
});

afterAll(() => world?.stop());

interface Declared {
  readonly user: string;
  readonly host: string;
  readonly schedule?: string;
}

/** A stack with the secret alone, as the native one has it; what it was deployed from before is forgotten. */
function synthesize({ user, host, schedule = "rate(7 days)" }: Declared): string {
  const provider = detectProviderSource();
  const root = environmentFolder({
    "adopt.json": changed(shippedSettings("adopt"), {
      account: ACCOUNT,
      "databases.main.superuserSecretArn": `arn:aws:secretsmanager:ap-northeast-2:${ACCOUNT}:secret:superuser-AbCdEf`,
      emulator: { endpoint: world.emulator.endpoint },
      ...(provider.kind === "mirror" && { providerVersion: provider.awsVersion }),
    }),
  });
  const environment = loadEnvironment("adopt", { root, variables: {} });
  const app = new App({ outdir: join(world.folder, "cdktf.out"), stackTraces: false });
  class Secret extends EnvironmentStack {
    constructor() {
      super(app, STACK, { platform: { environment } });
      const { arn, value } = new RotatedSecret(this, "Secret", {
        account: this.account,
        name: "secrets-adopt/orders",
        user,
        strategy: "single-user",
        database: { ...database, host },
        encryptionKeyArn: this.account.arn("kms", "key/secrets"),
        rotationFunction: {
          function: { functionArn: this.account.arn("lambda", "function:rotation") },
          roleArn: this.account.arn("iam", "role/rotation"),
          readyToRotate: [],
        },
        schedule,
        immediately: false,
        secretRecoveryDays: 0,
        endpointReady: [],
      });
      new TerraformOutput(this, "secret_arns", { value: { orders: arn }, staticId: true });
      new TerraformOutput(this, "secret_values", { value: { orders: value }, staticId: true });
    }
  }
  new Secret();
  app.synth();
  return join(app.outdir, "stacks", STACK);
}

/** The words of a plan, without what Terraform breaks and frames its lines with. */
async function plan(stack: string): Promise<string> {
  const { output } = await runInStack(stack, ["plan", "-input=false", "-no-color"], world.terraform);
  return output.replaceAll(/[\s│╷╵]+/g, " ");
}

/** `npm run secret` on what is synthesized already, in a process of its own. */
async function secret(...argv: string[]): Promise<string> {
  return await secretWith("", ...argv);
}

/** The same, with something on standard input. */
async function secretWith(input: string, ...argv: string[]): Promise<string> {
  const code =
    `require("./scripts/secret/command").runCommand(${JSON.stringify(argv)}, ` +
    `async () => ${JSON.stringify(join(world.folder, "cdktf.out"))}).then(process.exit)`;
  const command = 'printf "%s" "$INPUT" | "$0" --require tsx/cjs -e "$1"';
  const { output } = await run("bash", ["-o", "pipefail", "-c", command, process.execPath, code], {
    cwd: projectRoot,
    env: {
      ...process.env,
      ...world.terraform.environment,
      AWS_ENDPOINT_URL: world.emulator.endpoint,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      INPUT: input,
    },
  });
  return output;
}

const WARNING =
  /Warning: Check block assertion failed .* secrets-adopt\/orders is another one than .* npm run secret -- orders/;

test("the plan says that a value is outdated, from the edit until the command has written it, and at no other time", async () => {
  const first = { user: "orders", host: "first.example" };
  const stack = synthesize(first);
  await runInStack(stack, ["init", "-input=false"], world.terraform);
  expect(await plan(stack)).not.toContain("Warning");
  await applyStack(stack, world.terraform);
  expect(await plan(stack)).toContain("No changes.");

  for (const edit of [
    { ...first, user: "orders_v2" },
    { user: "orders_v2", host: "second.example" },
  ]) {
    synthesize(edit);
    expect(await plan(stack)).toMatch(WARNING);
    // Not deployed yet, so there is nothing to write yet.
    expect(await secret("orders", "--yes")).toContain("The value is what the deployed environment says.");

    await applyStack(stack, world.terraform);
    expect(await plan(stack)).toMatch(WARNING);
    const said = await secret("orders", "--yes");
    expect(said).toMatch(
      edit.host === first.host
        ? /username: "orders" -> "orders_v2"/
        : /host: "first.example" -> "second.example"/,
    );
    const after = await plan(stack);
    expect(after).toContain("No changes.");
    expect(after).not.toContain("Warning");
  }
});

test("the command takes a password from standard input only, and shows none", async () => {
  const said = await secretWith("typed-by-hand-0\n", "orders", "--password", "--yes");
  expect(said).toContain("password: the one given");
  expect(said).not.toContain("typed-by-hand-0");
  const headers = unsignedHeaders("ap-northeast-2", "secretsmanager");
  const { SecretString } = await callJson<{ SecretString: string }>(
    world.emulator.endpoint,
    headers,
    "GetSecretValue",
    {
      SecretId: "secrets-adopt/orders",
    },
  );
  expect(JSON.parse(SecretString)).toMatchObject({ username: "orders_v2", password: "typed-by-hand-0" });

  const refused = async (...argv: string[]) =>
    await secretWith("", ...argv).catch(({ output }: CommandFailed) => output);
  expect(await refused("orders", "--password", "--yes")).toContain("the password must not be empty");
  expect(await refused("orders", "--password")).toContain("no terminal to ask at; add --yes");
});

test("a deploy that a hanging rotation makes fail succeeds after the command has given that rotation up", async () => {
  const headers = unsignedHeaders("ap-northeast-2", "secretsmanager");
  const hanging = randomUUID();
  await world.emulator.secretsManager.beginRotation("secrets-adopt/orders", hanging, headers);
  const stack = synthesize({ user: "orders_v2", host: "second.example", schedule: "rate(8 days)" });
  await expect(applyStack(stack, world.terraform)).rejects.toMatchObject({
    // As the documents quote it.
    output: expect.stringMatching(
      /updating Secrets Manager Secret Rotation[\s\S]*A previous[\s│]+rotation[\s│]+isn't[\s│]+complete/,
    ),
  });

  expect(await secret("orders", "--yes")).toContain(`AWSPENDING: taken from ${hanging}`);
  await applyStack(stack, world.terraform);
  expect(await plan(stack)).toContain("No changes.");
});

awsWouldTakeTheRequests(() => world.emulator);

deployersMayCall(() => world.emulator.calls, "secrets-adopt");
