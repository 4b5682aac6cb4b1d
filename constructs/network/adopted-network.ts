import { DataAwsSubnet } from "@cdktf/provider-aws/lib/data-aws-subnet";
import { DataAwsVpc } from "@cdktf/provider-aws/lib/data-aws-vpc";
import { Construct } from "constructs";
import type { Network, NetworkAddresses } from "../contracts/network";

export interface AdoptedNetworkProps {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
}

/** A VPC and private subnets that exist already. AWS is asked for their addresses only if something needs them. */
export class AdoptedNetwork extends Construct implements Network {
  readonly kind = "adopted";
  readonly vpcId: string;
  readonly subnetIds: string[];
  private found?: NetworkAddresses;

  constructor(scope: Construct, id: string, { vpcId, subnetIds }: AdoptedNetworkProps) {
    super(scope, id);
    this.vpcId = vpcId;
    this.subnetIds = [...subnetIds];
  }

  get addresses(): NetworkAddresses {
    this.found ??= {
      vpc: new DataAwsVpc(this, "Vpc", { id: this.vpcId }).cidrBlock,
      subnets: this.subnetIds.map(
        (id, index) => new DataAwsSubnet(this, `Subnet-${index}`, { id }).cidrBlock,
      ),
    };
    return this.found;
  }
}
