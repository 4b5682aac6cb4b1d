import { readOutputs } from "../../scripts/deploy/outputs";
import { compareStates } from "../../testbed/network/deployed";
import { awsWouldTakeTheRequests } from "../support/aws-requests";
import { expectNoFindings } from "./support/plan-scan";
import { REGION } from "./support/runbook-scenes";
import { attributes, named, stateFile, stateOf } from "./support/states";
import { DeployWorld } from "./support/world";

jest.setTimeout(30 * 60_000);

let world: DeployWorld;

beforeAll(async () => {
  world = await DeployWorld.start();
});

afterAll(() => world?.stop());

test("what dev made is adopted by another environment, and is as before when that one is destroyed", async () => {
  const dev = await world.synthesize("dev", {});
  await world.apply(dev);

  const adopt = await world.synthesize("adopt", await adoptedFrom(dev));
  await world.apply(adopt);
  expect(compareStates(REGION, [...dev, ...adopt].map(stateFile)).findings).toEqual([]);
  await world.expectCleanPlan(adopt);
  await expectNoFindings({ adopt });

  await world.destroy(adopt);
  await world.expectCleanPlan(dev);
  await world.destroy(dev);
});

awsWouldTakeTheRequests(() => world.emulator);

/** An environment that adopts the VPC, subnets, cluster and endpoint of another. */
async function adoptedFrom(stacks: string[]): Promise<Record<string, unknown>> {
  const foundation = named(stacks, "foundation");
  const { databases } = await readOutputs(foundation, world.terraform);
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
