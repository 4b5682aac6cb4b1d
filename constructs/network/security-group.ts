import { SecurityGroup as SecurityGroupResource } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { NetworkServer } from "../contracts/secret-backend";

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
    const rule = tcp(props);
    this.rules = [
      new VpcSecurityGroupEgressRule(this, "Egress", {
        ...rule,
        securityGroupId: props.fromSecurityGroupId,
        referencedSecurityGroupId: props.toSecurityGroupId,
      }),
      new VpcSecurityGroupIngressRule(this, "Ingress", {
        ...rule,
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
      ...tcp(props),
      securityGroupId: props.fromSecurityGroupId,
      cidrIpv4: props.toCidr,
    });
  }
}

/** What a rule says of one TCP port. */
export function tcp({ port, description }: Pick<AllowedTrafficProps, "port" | "description">) {
  return { ipProtocol: "tcp", fromPort: port, toPort: port, description };
}

/** Lets a client connect to a server that has a security group, or addresses. */
export function allowTo(
  scope: Construct,
  id: string,
  server: NetworkServer,
  client: Pick<AllowedTrafficProps, "fromSecurityGroupId" | "description">,
): void {
  const { port } = server;
  if ("cidr" in server) new AllowedEgress(scope, id, { ...client, port, toCidr: server.cidr });
  else new AllowedTraffic(scope, id, { ...client, port, toSecurityGroupId: server.securityGroupId });
}
