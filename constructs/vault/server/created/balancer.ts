import { Lb } from "@cdktf/provider-aws/lib/lb";
import { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import { LbTargetGroupAttachment } from "@cdktf/provider-aws/lib/lb-target-group-attachment";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Route53Zone } from "@cdktf/provider-aws/lib/route53-zone";
import { Construct } from "constructs";
import type { Network } from "../../../contracts/network";
import { HEALTH_CHECK, VAULT_PORT } from "../node/vault-node";

export interface VaultBalancerProps {
  readonly name: string;
  readonly network: Network;
  readonly hostName: string;
  readonly securityGroupId: string;
  /** Addresses of the nodes by their ids. */
  readonly targets: Readonly<Record<string, string>>;
  readonly deletionProtection: boolean;
}

/** Passes TLS on to nodes that are initialised and unsealed, at a name that the VPC alone knows. */
export class VaultBalancer extends Construct {
  readonly resource: Lb;
  readonly targets: LbTargetGroup;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: VaultBalancerProps,
  ) {
    super(scope, id);
    this.resource = this.addBalancer();
    this.targets = this.addTargets();
    new LbListener(this, "Listener", {
      loadBalancerArn: this.resource.arn,
      protocol: "TCP",
      port: VAULT_PORT,
      defaultAction: [{ type: "forward", targetGroupArn: this.targets.arn }],
    });
    this.addName();
  }

  private addBalancer(): Lb {
    const { name, network, securityGroupId, deletionProtection } = this.props;
    return new Lb(this, "Resource", {
      name,
      loadBalancerType: "network",
      internal: true,
      subnets: network.subnetIds,
      securityGroups: [securityGroupId],
      // A zone without a healthy node is served by the others.
      enableCrossZoneLoadBalancing: true,
      enableDeletionProtection: deletionProtection,
    });
  }

  /** By address, which a node hands on to the machine that replaces it. */
  private addTargets(): LbTargetGroup {
    const { name, network, targets } = this.props;
    const group = new LbTargetGroup(this, "Targets", {
      name,
      targetType: "ip",
      protocol: "TCP",
      port: VAULT_PORT,
      vpcId: network.vpcId,
      // Vault binds tokens to the functions' addresses.
      preserveClientIp: "true",
      deregistrationDelay: "30",
      healthCheck: {
        ...HEALTH_CHECK,
        protocol: "HTTPS",
        port: "traffic-port",
        matcher: "200",
      },
    });
    for (const [id, targetId] of Object.entries(targets))
      new LbTargetGroupAttachment(this, `Target-${id}`, {
        targetGroupArn: group.arn,
        targetId,
        port: VAULT_PORT,
      });
    return group;
  }

  /** A zone of that one name: whatever else is at its domain stays as it is. */
  private addName(): void {
    const { hostName, network } = this.props;
    const { dnsName, zoneId } = this.resource;
    const zone = new Route53Zone(this, "Zone", {
      name: hostName,
      comment: "The Vault server",
      vpc: [{ vpcId: network.vpcId }],
    });
    new Route53Record(this, "Record", {
      zoneId: zone.zoneId,
      name: hostName,
      type: "A",
      alias: { name: dnsName, zoneId, evaluateTargetHealth: false },
    });
  }
}
