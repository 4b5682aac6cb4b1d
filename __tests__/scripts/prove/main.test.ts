import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  DescribeSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { run } from "../../../scripts/support/processes";
import { detectProviderSource, terraformEnvironment } from "../../../scripts/terraform/provider-source";
import { terraformBinary } from "../../../scripts/terraform/terraform";
import { type AwsEmulator, startAwsEmulator } from "../../../testbed/aws/aws-emulator";
import { withoutAwsSettings } from "../../../testbed/aws/aws-settings";
import { RotationScheduler } from "../../../testbed/aws/rotation-scheduler";
import { copyOfProject } from "../../docs/support/project-copy";
import { awsWouldTakeTheRequests } from "../../support/aws-requests";
import { clientSettings } from "../../support/client-settings";
import { changed } from "../../support/environment-files";
import { shippedSettings } from "../../support/shipped";

const ACCOUNT = "123456789012";
const REGION = "ap-northeast-2";

jest.setTimeout(600_000);

let project: string;
let emulator: AwsEmulator;
let variables: NodeJS.ProcessEnv;
/** Id of the version that was current last. */
let current = "";

beforeAll(async () => {
  project = copyOfProject();
  writeFileSync(
    join(project, "main.ts"),
    'export { main } from "./__tests__/scripts/prove/support/two-stacks";\n',
  );
  emulator = await startAwsEmulator({ directory: project });
  const scheduler = new RotationScheduler(
    emulator.secretsManager,
    rotationFunction(new SecretsManagerClient(clientSettings(emulator))),
    REGION,
  );
  emulator.secretsManager.rotator = (arn, token) => void scheduler.rotate(arn, token);
  emulator.lambda.invoke = async () => ({ result: { databaseUser: "orders", secretVersion: current } });
  const provider = detectProviderSource();
  const settings = changed(shippedSettings("adopt"), {
    $schema: undefined,
    account: ACCOUNT,
    "databases.main.superuserSecretArn": `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:superuser-AbCdEf`,
    emulator: { endpoint: emulator.endpoint },
    ...(provider.kind === "mirror" && { providerVersion: provider.awsVersion }),
  });
  writeFileSync(join(project, "environments", "small.json"), JSON.stringify(settings));
  variables = {
    ...withoutAwsSettings(),
    ...(await terraformEnvironment(provider, project)),
    AWS_ENDPOINT_URL: emulator.endpoint,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  };
});

afterAll(async () => {
  await emulator?.stop();
  rmSync(project, { recursive: true, force: true });
});

/** The report says which provider Terraform installed, and it installs none that runs already. */
function installingTerraform(): string {
  const file = join(project, "terraform.sh");
  const shared = terraformBinary();
  const installs = `{ [ "$1" = init ] || [ "$1" = version ]; } && exec ${terraformBinary({})} "$@"`;
  writeFileSync(file, `#!/bin/sh\n${installs}\nexec ${shared} "$@"\n`, { mode: 0o755 });
  return file;
}

/** Does to Secrets Manager what the deployed function does; no database is here. */
function rotationFunction(
  secretsManager: SecretsManagerClient,
): ConstructorParameters<typeof RotationScheduler>[1] {
  return {
    async invoke(_, event) {
      const { Step, SecretId, ClientRequestToken } = event as Record<string, string>;
      if (Step === "createSecret") {
        const value = { SecretId, ClientRequestToken, SecretString: "{}", VersionStages: ["AWSPENDING"] };
        await secretsManager.send(new PutSecretValueCommand(value));
      }
      if (Step === "finishSecret") {
        const { VersionIdsToStages: versions = {} } = await secretsManager.send(
          new DescribeSecretCommand({ SecretId }),
        );
        const from = Object.keys(versions).find((id) => versions[id]?.includes("AWSCURRENT"));
        const move = { SecretId, VersionStage: "AWSCURRENT", MoveToVersionId: ClientRequestToken };
        await secretsManager.send(
          new UpdateSecretVersionStageCommand({ ...move, RemoveFromVersionId: from }),
        );
        current = String(ClientRequestToken);
      }
      return { result: null, durationMs: 0, log: "" };
    },
  };
}

test("npm run prove deploys, rotates, calls, plans, destroys, and reports what it did that with", async () => {
  const words = ["run", "--silent", "prove", "--", "small", "--auto-approve", "--destroy"];
  const env = { ...process.env, ...variables, TERRAFORM_BINARY_NAME: installingTerraform() };
  const { output } = await run("npm", words, { cwd: project, env });

  const report = readFileSync(join(project, "prove-small.md"), "utf8");
  expect(output).toContain("Everything held. The report: prove-small.md");
  expect(report).toContain(`| hashicorp/aws | ${detectProviderSource().awsVersion} |`);
  const held = report
    .match(/^\| .* \| yes \| .*$/gm)
    ?.map((line) => line.replace(/ \| [^|]+ \| yes \|/, ":"));
  const calls = (after: string) => [
    `| functions connect, ${after}: secrets-adopt-orders is orders |`,
    `| credentials log in, ${after}: not checked: the environment has no operations.credentialHealth |`,
  ];
  const again = (time: number) =>
    expect.stringContaining(`again (${time} of 2): 1 secrets, the slowest in `) as string;
  expect(held).toEqual([
    "| deploy: done |",
    "| every secret has been rotated once: 1 now, 0 before |",
    ...calls("rotated once"),
    again(1),
    ...calls("rotated again"),
    again(2),
    ...calls("rotated a third time"),
    "| plan after the rotations: no changes |",
    "| no password in the databases' logs: no database was created here |",
    "| destroy: done |",
  ]);
});

awsWouldTakeTheRequests(() => emulator);
