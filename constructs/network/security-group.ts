import { SecurityGroup as SecurityGroupResource } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";

/** Lambda gives up its network interfaces up to 45 minutes after the last function is gone. */
export const NETWORK_INTERFACE_CLEANUP = "60m";

export interface SecurityGroupProps {
  readonly name: string;
  readonly vpcId: string;
  readonly description: string;
}

/** A security group that admits nothing and reaches nothing until an {@link AllowedTraffic} says so. */
export class SecurityGroup extends Construct {
  readonly id: string;

  constructor(scope: Construct, id: string, props: SecurityGroupProps) {
    super(scope, id);
    this.id = new SecurityGroupResource(this, "Resource", {
      ...props,
      tags: { Name: props.name },
      timeouts: { delete: NETWORK_INTERFACE_CLEANUP },
    }).id;
  }
}

export interface AllowedTrafficProps {
  /** Security group of the client. */
  readonly fromSecurityGroupId: string;
  /** Security group of the server. */
  readonly toSecurityGroupId: string;
  readonly port: number;
  /** Who talks to whom and what for. */
  readonly description: string;
}

/**
 * One TCP port from one security group to another: the egress rule of the client and the ingress rule of the server.
 */
export class AllowedTraffic extends Construct {
  /** What has to exist before the client can connect. */
  readonly rules: ITerraformDependable[];

  constructor(scope: Construct, id: string, props: AllowedTrafficProps) {
    super(scope, id);
    const tcp = {
      ipProtocol: "tcp",
      fromPort: props.port,
      toPort: props.port,
      description: props.description,
    };
    this.rules = [
      new VpcSecurityGroupEgressRule(this, "Egress", {
        ...tcp,
        securityGroupId: props.fromSecurityGroupId,
        referencedSecurityGroupId: props.toSecurityGroupId,
      }),
      new VpcSecurityGroupIngressRule(this, "Ingress", {
        ...tcp,
        securityGroupId: props.toSecurityGroupId,
        referencedSecurityGroupId: props.fromSecurityGroupId,
      }),
    ];
  }
}

export interface AllowedEgressProps {
  /** Security group of the client. */
  readonly fromSecurityGroupId: string;
  /** IPv4 CIDR block of the server. */
  readonly toCidr: string;
  readonly port: number;
  /** Who talks to whom and what for. */
  readonly description: string;
}

/** One TCP port from a security group to addresses whose security group is not ours to complete. */
export class AllowedEgress extends Construct {
  constructor(scope: Construct, id: string, props: AllowedEgressProps) {
    super(scope, id);
    new VpcSecurityGroupEgressRule(this, "Egress", {
      ipProtocol: "tcp",
      fromPort: props.port,
      toPort: props.port,
      description: props.description,
      securityGroupId: props.fromSecurityGroupId,
      cidrIpv4: props.toCidr,
    });
  }
}
