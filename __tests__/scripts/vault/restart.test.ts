import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeInstancesCommand, EC2Client, RunInstancesCommand } from "@aws-sdk/client-ec2";
import { restartMachines } from "../../../scripts/vault/restart";
import { type AwsEmulator, startAwsEmulator } from "../../../testbed/aws/aws-emulator";

jest.setTimeout(60_000);

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

test("machines are started again only once all are stopped", async () => {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const ec2 = new EC2Client({ region: "ap-northeast-2", endpoint: emulator.endpoint, credentials });
  const states = async () => {
    const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}));
    return Reservations.flatMap(({ Instances = [] }) => Instances.map(({ State }) => State?.Name));
  };
  const { Instances = [] } = await ec2.send(
    new RunInstancesCommand({
      ImageId: "ami-0a1b2c3d",
      InstanceType: "t4g.medium",
      MinCount: 3,
      MaxCount: 3,
    }),
  );
  let atStart: unknown;
  ec2.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName === "StartInstancesCommand") atStart = await states();
        return await next(args);
      },
    { step: "initialize" },
  );

  await restartMachines(
    ec2,
    Instances.map(({ InstanceId = "" }) => InstanceId),
  );

  expect(atStart).toEqual(["stopped", "stopped", "stopped"]);
  expect(await states()).toEqual(["running", "running", "running"]);
});
