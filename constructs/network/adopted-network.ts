import { DataAwsRouteTable } from "@cdktf/provider-aws/lib/data-aws-route-table";
import { DataAwsSubnet } from "@cdktf/provider-aws/lib/data-aws-subnet";
import { DataAwsVpc } from "@cdktf/provider-aws/lib/data-aws-vpc";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { Network, NetworkAddresses } from "../contracts/network";

export interface AdoptedNetworkProps {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
}

/** A VPC and private subnets that exist already. AWS is asked about them only if something needs to know more. */
export class AdoptedNetwork extends Construct implements Network {
  readonly kind = "adopted";
  readonly vpcId: string;
  readonly subnetIds: string[];
  private foundSubnets?: DataAwsSubnet[];
  private foundAddresses?: NetworkAddresses;
  private foundRouteTables?: string[];

  constructor(scope: Construct, id: string, { vpcId, subnetIds }: AdoptedNetworkProps) {
    super(scope, id);
    this.vpcId = vpcId;
    this.subnetIds = [...subnetIds];
  }

  get addresses(): NetworkAddresses {
    this.foundAddresses ??= {
      vpc: new DataAwsVpc(this, "Vpc", { id: this.vpcId }).cidrBlock,
      subnets: this.subnets.map(({ cidrBlock }) => cidrBlock),
    };
    return this.foundAddresses;
  }

  get zones(): string[] {
    return this.subnets.map(({ availabilityZone }) => availabilityZone);
  }

  get routeTableIds(): string[] {
    this.foundRouteTables ??= Fn.distinct(
      this.subnetIds.map(
        (subnetId, index) => new DataAwsRouteTable(this, `RouteTable-${index}`, { subnetId }).routeTableId,
      ),
    );
    return this.foundRouteTables as string[];
  }

  private get subnets(): DataAwsSubnet[] {
    this.foundSubnets ??= this.subnetIds.map(
      (id, index) => new DataAwsSubnet(this, `Subnet-${index}`, { id }),
    );
    return this.foundSubnets;
  }
}
