import { createHash, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { zipSync } from "fflate";
import { readOutputs } from "../../../scripts/deploy/outputs";
import type { ServerOutput } from "../../../scripts/vault/deployed-server";
import type { AwsEmulator } from "../../../testbed/aws/aws-emulator";
import { RotationFailed, RotationScheduler } from "../../../testbed/aws/rotation-scheduler";
import { LambdaRunner } from "../../../testbed/lambda/lambda-runner";
import { readDeployed } from "../../../testbed/operations/deployed";
import { clientSettings } from "../../support/client-settings";
import { Runbook } from "./runbook";
import { attributes, named, stateFile, stateOf } from "./states";
import { ACCOUNT, type DeployWorld } from "./world";

export const REGION = "ap-northeast-2";

export async function openRunbook(
  dev: readonly string[],
  { emulator, folder, terraform }: DeployWorld,
): Promise<Runbook> {
  const values = async () => {
    const { alarms } = await readDeployed(stateFile(named(dev, "operations")));
    const { vault_server } = await readOutputs(named(dev, "vault-server"), terraform);
    const [node] = Object.values((vault_server as ServerOutput).nodes);
    const seal = attributes(await stateOf(named(dev, "foundation")), "aws_kms_alias", "SealKey");
    const database = attributes(await stateOf(named(dev, "foundation")), "aws_rds_cluster_instance");
    const targets = attributes(await stateOf(named(dev, "vault-server")), "aws_lb_target_group");
    return {
      namePrefix: ["secrets-dev"],
      account: [ACCOUNT],
      region: [REGION],
      // As the alarm's entry says: with what its name ends with.
      endpoint: alarms.flatMap(({ alarm_name }) => /PacketsDropped-(.*)/.exec(alarm_name)?.[1] ?? []),
      "database instance": [String(database.identifier)],
      "instance id": [node?.instance_id ?? ""],
      "volume id": [String(attributes(await stateOf(named(dev, "vault-server")), "aws_ebs_volume").id)],
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
export async function storeProgram(runbook: Runbook): Promise<void> {
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
export async function breakAndMend(
  dev: readonly string[],
  runbook: Runbook,
  { emulator, folder, terraform }: DeployWorld,
): Promise<void> {
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
    await keepLog(emulator, name, await readFile(invocation.log, "utf8"));
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

  await runbook.type("ENVIRONMENT=staging npm run secret -- orders", "--yes");
  await runbook.type("ENVIRONMENT=staging npm run secret -- orders --forget-password", "--yes");
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

/** What a destroy leaves; and the emulator could not give back the volume of a machine that has ended, or a volume. */
const AFTER_DESTROY = [
  "aws ec2 delete-volume",
  "aws ec2 terminate-instances",
  "aws secretsmanager delete-secret",
  "aws secretsmanager restore-secret",
];

/** As Lambda does. */
async function keepLog(emulator: AwsEmulator, functionName: string, log: string): Promise<void> {
  const logs = new CloudWatchLogsClient(clientSettings(emulator));
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
