/** A VPC without internet access and the private subnets that functions and databases use. */
export interface Network {
  readonly vpcId: string;
  readonly subnetIds: string[];
}
