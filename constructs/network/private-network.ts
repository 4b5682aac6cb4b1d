import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { Network, NetworkAddresses } from "../contracts/network";
import { FlowLogs, type FlowLogsProps } from "./flow-logs";
import { NETWORK_INTERFACE_CLEANUP } from "./security-group";

export interface PrivateNetworkProps extends Omit<FlowLogsProps, "vpcId"> {
  readonly name: string;
  /** IPv4 CIDR block of the VPC; each subnet gets one sixteenth of it. */
  readonly cidr: string;
  /** Availability zones; one subnet each. */
  readonly zones: readonly string[];
}

/** A VPC with private subnets only: no internet gateway, no NAT gateway, no default route. */
export class PrivateNetwork extends Construct implements Network {
  readonly kind = "created";
  readonly vpcId: string;
  readonly subnetIds: string[];
  readonly addresses: NetworkAddresses;

  constructor(scope: Construct, id: string, props: PrivateNetworkProps) {
    super(scope, id);

    const vpc = new Vpc(this, "Vpc", {
      cidrBlock: props.cidr,
      // Private DNS names of interface endpoints need both.
      enableDnsSupport: true,
      enableDnsHostnames: true,
      enableNetworkAddressUsageMetrics: true,
      tags: { Name: props.name },
    });
    this.vpcId = vpc.id;
    this.emptyDefaultSecurityGroup();
    this.addresses = { vpc: props.cidr, subnets: props.zones.map((zone) => blockOf(zone, props.cidr)) };
    this.subnetIds = this.addSubnets(props);
    new FlowLogs(this, "FlowLogs", { ...props, vpcId: vpc.id });
  }

  private emptyDefaultSecurityGroup(): void {
    new DefaultSecurityGroup(this, "DefaultSecurityGroup", { vpcId: this.vpcId });
  }

  private addSubnets(props: PrivateNetworkProps): string[] {
    const routeTable = new RouteTable(this, "RouteTable", {
      vpcId: this.vpcId,
      tags: { Name: `${props.name}-private` },
    });
    return props.zones.map((zone) => {
      const letter = zone.slice(-1);
      const subnet = new Subnet(this, `Subnet-${letter}`, {
        vpcId: this.vpcId,
        availabilityZone: zone,
        cidrBlock: blockOf(zone, props.cidr),
        mapPublicIpOnLaunch: false,
        tags: { Name: `${props.name}-private-${letter}` },
        timeouts: { delete: NETWORK_INTERFACE_CLEANUP },
      });
      new RouteTableAssociation(this, `RouteTableAssociation-${letter}`, {
        routeTableId: routeTable.id,
        subnetId: subnet.id,
      });
      return subnet.id;
    });
  }
}

/**
 * The sixteenth of the VPC that a zone has. It keeps it when another zone is added or removed, so the letter decides,
 * not the position.
 */
function blockOf(zone: string, cidr: string): string {
  return Fn.cidrsubnet(cidr, 4, zone.charCodeAt(zone.length - 1) - "a".charCodeAt(0));
}
