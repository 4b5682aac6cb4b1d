import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeInstancesCommand, EC2Client, RunInstancesCommand } from "@aws-sdk/client-ec2";
import { restartMachines } from "../../../scripts/vault/restart";
import { type AwsEmulator, startAwsEmulator } from "../../../testbed/aws/aws-emulator";
import { clientSettings } from "../../support/client-settings";

let directory: string;
let emulator: AwsEmulator;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "restart-"));
  emulator = await startAwsEmulator({ directory });
});
afterAll(async () => {
  await emulator.stop();
  rmSync(directory, { recursive: true });
});

function client(): EC2Client {
  return new EC2Client(clientSettings(emulator));
}

async function threeMachines(ec2: EC2Client): Promise<string[]> {
  const { Instances = [] } = await ec2.send(
    new RunInstancesCommand({
      ImageId: "ami-0a1b2c3d",
      InstanceType: "t4g.medium",
      MinCount: 3,
      MaxCount: 3,
    }),
  );
  return Instances.map(({ InstanceId = "" }) => InstanceId);
}

/** @param before each call that starts machines. */
function atStart(ec2: EC2Client, before: () => Promise<void>): void {
  ec2.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName === "StartInstancesCommand") await before();
        return await next(args);
      },
    { step: "initialize" },
  );
}

test("machines are started again only once all are stopped", async () => {
  const ec2 = client();
  const ids = await threeMachines(ec2);
  const states = async () => {
    const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: ids }));
    return Reservations.flatMap(({ Instances = [] }) => Instances.map(({ State }) => State?.Name));
  };
  let before: unknown;
  atStart(ec2, async () => {
    before = await states();
  });

  await restartMachines(ec2, ids);

  expect(before).toEqual(["stopped", "stopped", "stopped"]);
  expect(await states()).toEqual(["running", "running", "running"]);
});

test("machines that were stopped and could not be started are named, with the command that does it", async () => {
  const ec2 = client();
  const ids = await threeMachines(ec2);
  atStart(ec2, () => Promise.reject(new Error("ExpiredToken")));

  await expect(restartMachines(ec2, ids)).rejects.toThrow(
    `ExpiredToken. Do not restore again: when all are stopped, aws ec2 start-instances --instance-ids ${ids.join(" ")}`,
  );
});
