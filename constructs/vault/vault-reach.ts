import { Construct } from "constructs";
import type { Account } from "../account";
import { InterfaceEndpoint } from "../network/interface-endpoint";
import type { Network } from "../network/network";
import { AllowedEgress, AllowedTraffic, SecurityGroup } from "../network/security-group";

export interface VaultReachProps {
  readonly account: Account;
  readonly name: string;
  readonly network: Network;
  /** Security group of the functions that read from Vault. */
  readonly lambdaSecurityGroupId: string;
  /** TCP port of Vault. */
  readonly port: number;
  /**
   * Where Vault is: its security group in the same VPC, or its addresses.
   *
   * @default - somewhere in the VPC
   */
  readonly location?: { readonly securityGroupId: string } | { readonly cidrs: readonly string[] };
  /** Make an STS interface endpoint for a Vault in the same VPC. */
  readonly stsEndpoint: boolean;
  /** Whether the VPC is this environment's alone, so that the endpoint may answer for STS in all of it. */
  readonly ownVpc: boolean;
}

/** The way from functions to Vault, and from a Vault in the same VPC to STS, where it has logins checked. */
export class VaultReach extends Construct {
  /** Where Vault finds STS, if the usual host name does not lead to the endpoint that is made here. */
  readonly stsUrl?: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: VaultReachProps,
  ) {
    super(scope, id);
    const { location } = props;
    if (location && "securityGroupId" in location) {
      this.allowSecurityGroup(location.securityGroupId);
      if (props.stsEndpoint) this.stsUrl = this.addStsEndpoint(location.securityGroupId);
    } else if (location) {
      // By its block: with a number, removing one would make the next rule the same as its neighbour for a moment.
      for (const cidr of location.cidrs) this.allowAddresses(cidr.replace("/", "-"), cidr);
    } else this.allowAddresses("Vpc", props.network.addresses.vpc);
  }

  private allowSecurityGroup(securityGroupId: string): void {
    new AllowedTraffic(this, "FromLambda", {
      fromSecurityGroupId: this.props.lambdaSecurityGroupId,
      toSecurityGroupId: securityGroupId,
      port: this.props.port,
      description: "Lambda functions read secrets from Vault",
    });
  }

  private allowAddresses(id: string, toCidr: string): void {
    new AllowedEgress(this, `FromLambda-${id}`, {
      fromSecurityGroupId: this.props.lambdaSecurityGroupId,
      toCidr,
      port: this.props.port,
      description: "Lambda functions read secrets from Vault",
    });
  }

  /** Vault keeps the host that the function signed, so any address of the endpoint will do. */
  private addStsEndpoint(vaultSecurityGroupId: string): string | undefined {
    const { account, name, network, ownVpc } = this.props;
    const securityGroup = new SecurityGroup(this, "StsSecurityGroup", {
      name: `${name}-sts-endpoint`,
      vpcId: network.vpcId,
      description: "STS interface endpoint",
    });
    const endpoint = new InterfaceEndpoint(this, "StsEndpoint", {
      account,
      name: `${name}-sts`,
      service: "sts",
      network,
      securityGroupId: securityGroup.id,
      privateDns: ownVpc,
      policy: [{ sid: "CheckLogins", actions: ["sts:GetCallerIdentity"], resources: ["*"] }],
    });
    new AllowedTraffic(this, "VaultToSts", {
      fromSecurityGroupId: vaultSecurityGroupId,
      toSecurityGroupId: securityGroup.id,
      port: 443,
      description: "Vault has logins of functions checked",
    });
    return ownVpc ? undefined : endpoint.url;
  }
}
