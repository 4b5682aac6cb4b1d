/** A VPC without internet access and the private subnets that functions and databases use. */
export interface Network {
  /** `created`: the VPC is this environment's alone. `adopted`: others use it, too. */
  readonly kind: "created" | "adopted";
  readonly vpcId: string;
  readonly subnetIds: string[];
  /** Where addresses of the VPC and of the subnets are. */
  readonly addresses: NetworkAddresses;
}

/** IPv4 CIDR blocks of a network. */
export interface NetworkAddresses {
  readonly vpc: string;
  readonly subnets: string[];
}
