import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateVpcCommand, CreateVpcEndpointCommand, EC2Client } from "@aws-sdk/client-ec2";
import { quotaVariables } from "../../../lambda/quota-monitor/contract/variables";
import { type AwsEmulator, startAwsEmulator } from "../../../testbed/aws/aws-emulator";
import type { LambdaRunner } from "../../../testbed/lambda/lambda-runner";
import { NODE_RUNTIMES } from "../../../testbed/node/releases";
import { metricsIn } from "../../../testbed/operations/embedded-metrics";
import { clientSettings } from "../../support/client-settings";
import { projectRoot } from "../../support/shipped";
import { DeployedFunctions } from "../../testbed/lambda/deployed-functions";
import { bringUpToDate } from "./support/unpacked";
import { withNodeReleases } from "./support/with-node-releases";

withNodeReleases((nodes) => {
  let directory: string;
  let emulator: AwsEmulator;
  let ec2: EC2Client;
  let functions: DeployedFunctions;
  let runner: LambdaRunner;
  let zip: Uint8Array;
  beforeAll(async () => {
    bringUpToDate();
    zip = await readFile(join(projectRoot, "dist", "lambda", "quota-monitor.zip"));
    directory = await mkdtemp(join(tmpdir(), "quota-monitor-"));
    emulator = await startAwsEmulator({ directory });
    functions = await DeployedFunctions.on(emulator.endpoint, directory);
    runner = functions.runner({ nodes });
    ec2 = new EC2Client(clientSettings(emulator));
  });
  afterEach(() => {
    emulator.networkInterfaces.reset();
    emulator.serviceQuotas.reset();
  });
  afterAll(async () => {
    await emulator?.stop();
    await rm(directory, { recursive: true });
  });

  const monitor = async (vpcId: string, runtime: string = NODE_RUNTIMES[0]) => {
    const variables = quotaVariables({ environment: "app", vpcId });
    const name = `monitor-${randomUUID()}`;
    await functions.deploy(name, { files: zip, handler: "index.handler", runtime, variables });
    const { result, error, log } = await runner.invoke(name, {});
    return { result, error, metrics: metricsIn(await readFile(log, "utf8")) };
  };
  const createVpc = async () => {
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
    return String(Vpc?.VpcId);
  };
  const createEndpoint = async (VpcId: string, service: string, VpcEndpointType: "Interface" | "Gateway") => {
    const ServiceName = `com.amazonaws.ap-northeast-2.${service}`;
    await ec2.send(new CreateVpcEndpointCommand({ VpcId, ServiceName, VpcEndpointType }));
  };

  test.each(NODE_RUNTIMES)(
    "in an empty VPC nothing is used of AWS's default quotas (%s)",
    async (runtime) => {
      const { metrics, error } = await monitor("vpc-0a1b2c3d4e5f67890", runtime);
      expect(error).toBeUndefined();
      const units = { Usage: "Count", Limit: "Count", Utilization: "Percent" };
      const ofVpc = { Environment: "app", VpcId: "vpc-0a1b2c3d4e5f67890" };
      const empty = (Limit: number) => ({ Usage: 0, Limit, Utilization: 0 });
      expect(metrics).toEqual([
        { dimensions: { ...ofVpc, Quota: "InterfaceEndpoints" }, values: empty(50), units },
        { dimensions: { Environment: "app", Quota: "NetworkInterfaces" }, values: empty(5_000), units },
        { dimensions: { ...ofVpc, Quota: "LambdaNetworkInterfaces" }, values: empty(500), units },
      ]);
    },
  );

  test("endpoints are counted, not their interfaces, and gateways not at all", async () => {
    const [vpcId, other] = [await createVpc(), await createVpc()];
    await createEndpoint(vpcId, "secretsmanager", "Interface");
    await createEndpoint(vpcId, "sts", "Interface");
    await createEndpoint(vpcId, "s3", "Gateway");
    await createEndpoint(other, "sts", "Interface");
    emulator.networkInterfaces.add({ count: 3, interfaceType: "vpc_endpoint", vpcId });
    expect((await monitor(vpcId)).result).toContainEqual({
      quota: "InterfaceEndpoints",
      usage: 2,
      limit: 50,
    });
  });

  test("more interfaces than a page holds are all counted, those of services that are hidden too", async () => {
    const vpcId = await createVpc();
    const add = (count: number, more: object = {}) =>
      emulator.networkInterfaces.add({ count, interfaceType: "lambda", vpcId, ...more });
    add(1_003);
    add(450, { hidden: true });
    add(700, { vpcId: "vpc-of-somebody-else" });
    add(2, { interfaceType: "interface" });
    emulator.serviceQuotas.grant("lambda/L-9FEE3D26", 2_000);
    const { result, metrics } = await monitor(vpcId);
    expect(result).toEqual([
      { quota: "InterfaceEndpoints", usage: 0, limit: 50 },
      { quota: "NetworkInterfaces", usage: 2_155, limit: 5_000 },
      { quota: "LambdaNetworkInterfaces", usage: 1_453, limit: 2_000 },
    ]);
    expect(metrics.map(({ values }) => values.Utilization)).toEqual([0, 43.1, 72.65]);
  });

  test("without the right to read quotas it fails, and says what to allow", async () => {
    emulator.serviceQuotas.deny();
    const { error, metrics } = await monitor(await createVpc());
    expect(error?.errorMessage).toMatch(/\[AccessDeniedException\]: .*servicequotas:GetServiceQuota.*role/);
    expect(metrics).toEqual([]);
  });
});
