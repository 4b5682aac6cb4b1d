import {
  type EC2Client,
  paginateDescribeNetworkInterfaces,
  paginateDescribeVpcEndpoints,
} from "@aws-sdk/client-ec2";

/** The largest page of both calls (Amazon EC2 API Reference). */
const PAGE = { pageSize: 1_000 };

/**
 * How many endpoints of a VPC count towards the quota, whatever their number of network interfaces. Those that are
 * rejected or failed stay until somebody deletes them, and count.
 */
export async function countEndpoints(client: EC2Client, vpcId: string): Promise<number> {
  let count = 0;
  const pages = paginateDescribeVpcEndpoints(
    { client, ...PAGE },
    {
      Filters: [
        { Name: "vpc-id", Values: [vpcId] },
        { Name: "vpc-endpoint-type", Values: ["Interface", "GatewayLoadBalancer"] },
      ],
    },
  );
  for await (const { VpcEndpoints = [] } of pages)
    count += VpcEndpoints.filter(({ State }) => State?.toLowerCase() !== "deleted").length;
  return count;
}

export interface InterfaceCounts {
  readonly ofRegion: number;
  /** Those that Lambda made in the VPC. */
  readonly ofLambda: number;
}

/** Counts also interfaces that a service manages for the account, which EC2 shows only if it is asked for them. */
export async function countInterfaces(client: EC2Client, vpcId: string): Promise<InterfaceCounts> {
  let ofRegion = 0;
  let ofLambda = 0;
  const pages = paginateDescribeNetworkInterfaces({ client, ...PAGE }, { IncludeManagedResources: true });
  for await (const { NetworkInterfaces = [] } of pages) {
    ofRegion += NetworkInterfaces.length;
    ofLambda += NetworkInterfaces.filter(
      ({ InterfaceType, VpcId }) => InterfaceType === "lambda" && VpcId === vpcId,
    ).length;
  }
  return { ofRegion, ofLambda };
}
