/** A VPC without internet access and the private subnets that functions and databases use. */
export interface Network {
  /** `created`: the VPC is this environment's alone. `adopted`: others use it, too. */
  readonly kind: "created" | "adopted";
  readonly vpcId: string;
  readonly subnetIds: string[];
  /** Availability zone of each subnet. */
  readonly zones: readonly string[];
  /** The subnets' route tables, each once. */
  readonly routeTableIds: readonly string[];
  /** Where addresses of the VPC and of the subnets are. */
  readonly addresses: NetworkAddresses;
}

/** IPv4 CIDR blocks of a network. */
export interface NetworkAddresses {
  readonly vpc: string;
  readonly subnets: string[];
}

/**
 * The condition that a request comes through an endpoint of the network. A request from elsewhere has no such key, and
 * one that a service makes on somebody's behalf has none either (AWS Identity and Access Management User Guide, "AWS
 * global condition context keys").
 */
export function fromNetwork({ vpcId }: Pick<Network, "vpcId">) {
  return { test: "StringEquals", variable: "aws:SourceVpc", values: [vpcId] };
}
