import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { DataAwsPrefixList } from "@cdktf/provider-aws/lib/data-aws-prefix-list";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { FunctionHost } from "../../../contracts/function-host";
import { InterfaceEndpoint, passing } from "../../../network/interface-endpoint";
import { AllowedTraffic, SecurityGroup, tcp } from "../../../network/security-group";
import { CHECK_LOGINS } from "../vault-server";
import { type NodeResources, nodePermissions } from "./permissions";

export interface VaultEndpointsProps extends NodeResources {
  readonly host: FunctionHost;
  /** The nodes' subnets, of different zones: an endpoint costs by zone. */
  readonly subnetIds: readonly string[];
  readonly nodeSecurityGroupId: string;
  /**
   * Security groups of endpoints that the VPC has already, with private DNS; only rules are added to them.
   *
   * @default - endpoints are created
   */
  readonly existingSecurityGroupIds?: readonly string[];
}

/**
 * The way of the nodes to AWS. Their endpoints for STS and Secrets Manager have no private DNS: functions may have
 * others with it, and a VPC can have one each.
 */
export class VaultEndpoints extends Construct {
  readonly stsUrl?: string;
  readonly secretsManagerUrl?: string;
  /** The interface endpoints that were made, by what their names have after the environment's prefix. */
  readonly created: Readonly<Record<string, VpcEndpoint>> = {};
  /** What must exist before a node can start. */
  readonly ready: readonly ITerraformDependable[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: VaultEndpointsProps,
  ) {
    super(scope, id);
    const { existingSecurityGroupIds: existing } = props;
    const toS3 = this.allowS3();
    if (existing) {
      this.ready = [toS3, ...existing.flatMap((groupId) => this.allow(groupId, groupId).rules)];
      return;
    }
    const securityGroupId = this.addSecurityGroup();
    const { s3, secretsmanager, ...others } = nodePermissions(props);
    const sts = this.addEndpoint("sts", [CHECK_LOGINS], securityGroupId, false);
    const secrets = this.addEndpoint("secretsmanager", secretsmanager, securityGroupId, false);
    const named = Object.entries(others).map(
      ([service, policy]) => [service, this.addEndpoint(service, policy, securityGroupId, true)] as const,
    );
    this.stsUrl = sts.url;
    this.secretsManagerUrl = secrets.url;
    const made = [["sts", sts], ["secretsmanager", secrets], ...named] as const;
    this.created = Object.fromEntries(made.map(([service, { resource }]) => [`vault-${service}`, resource]));
    const allowed = this.allow("Created", securityGroupId).rules;
    this.ready = [toS3, this.addGateway(s3), ...Object.values(this.created), ...allowed];
  }

  private addSecurityGroup(): string {
    const { namePrefix, network } = this.props.host;
    return new SecurityGroup(this, "SecurityGroup", {
      name: `${namePrefix}-vault-endpoints`,
      vpcId: network.vpcId,
      description: "Interface endpoints of the Vault server",
    }).id;
  }

  private allow(id: string, toSecurityGroupId: string): AllowedTraffic {
    return new AllowedTraffic(this, `FromNodes-${id}`, {
      fromSecurityGroupId: this.props.nodeSecurityGroupId,
      toSecurityGroupId,
      port: 443,
      description: "Vault nodes call AWS",
    });
  }

  private allowS3(): VpcSecurityGroupEgressRule {
    const { account } = this.props;
    return new VpcSecurityGroupEgressRule(this, "S3Egress", {
      ...tcp({ port: 443, description: "Vault nodes fetch the program and store snapshots" }),
      securityGroupId: this.props.nodeSecurityGroupId,
      prefixListId: new DataAwsPrefixList(this, "S3Addresses", { name: account.endpointService("s3") }).id,
    });
  }

  private addEndpoint(
    service: string,
    policy: readonly DataAwsIamPolicyDocumentStatement[],
    securityGroupId: string,
    privateDns: boolean,
  ): InterfaceEndpoint {
    const { host, subnetIds } = this.props;
    return new InterfaceEndpoint(this, `Endpoint-${service}`, {
      account: host.account,
      name: `${host.namePrefix}-vault-${service}`,
      service,
      network: { ...host.network, subnetIds: [...subnetIds] },
      securityGroupId,
      policy,
      privateDns,
    });
  }

  /** Costs nothing, and its policy binds all of the VPC's subnets. */
  private addGateway(policy: readonly DataAwsIamPolicyDocumentStatement[]): VpcEndpoint {
    const { account, namePrefix, network } = this.props.host;
    const document = new DataAwsIamPolicyDocument(this, "GatewayPolicy", {
      statement: passing(account, policy),
    });
    return new VpcEndpoint(this, "Gateway", {
      vpcId: network.vpcId,
      vpcEndpointType: "Gateway",
      serviceName: account.endpointService("s3"),
      routeTableIds: [...network.routeTableIds],
      policy: document.json,
      tags: { Name: `${namePrefix}-vault-s3` },
    });
  }
}
