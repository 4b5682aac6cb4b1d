import type { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { Construct } from "constructs";
import type { FunctionHost } from "../../contracts/function-host";
import type { NetworkServer } from "../../contracts/secret-backend";
import { InterfaceEndpoint } from "../../network/interface-endpoint";
import { AllowedTraffic, allowTo, SecurityGroup } from "../../network/security-group";
import { CHECK_LOGINS, type VaultServer } from "./vault-server";

export interface AdoptedVaultServerProps {
  /** The functions that read from Vault. */
  readonly host: FunctionHost;
  /** TCP port of Vault. */
  readonly port: number;
  /**
   * Where Vault is: its security group in the same VPC, with or without an STS interface endpoint for it; or its
   * addresses.
   *
   * @default - somewhere in the VPC
   */
  readonly location?:
    | { readonly securityGroupId: string; readonly stsEndpoint: boolean }
    | { readonly cidrs: readonly string[] };
}

/** The way from functions to a Vault that is there already, and from a Vault in the same VPC to STS. */
export class AdoptedVaultServer extends Construct implements VaultServer {
  readonly servers: readonly NetworkServer[];
  readonly stsUrl?: string;
  readonly endpoints: Readonly<Record<string, VpcEndpoint>> = {};

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AdoptedVaultServerProps,
  ) {
    super(scope, id);
    const { location, port } = props;
    if (location && "securityGroupId" in location) {
      const { securityGroupId, stsEndpoint } = location;
      if (stsEndpoint) {
        const { resource, url } = this.addStsEndpoint(securityGroupId);
        this.endpoints = { sts: resource };
        this.stsUrl = url;
      }
      this.servers = [{ id: "Vault", port, securityGroupId }];
    } else {
      // The id is the block, no index: an index would shift when one is removed, and EC2 refuses two equal rules.
      const blocks = location
        ? location.cidrs.map((cidr) => ({ id: cidr.replace("/", "-"), cidr }))
        : [{ id: "Vpc", cidr: props.host.network.addresses.vpc }];
      this.servers = blocks.map(({ id, cidr }) => ({ id: `Vault-${id}`, port, cidr }));
    }
    for (const server of this.servers)
      allowTo(this, server.id.replace("Vault", "FromLambda"), server, {
        fromSecurityGroupId: props.host.securityGroupId,
        description: "Lambda functions read secrets from Vault",
      });
  }

  /** Vault keeps the host that the function signed, so any address of the endpoint will do. */
  private addStsEndpoint(vaultSecurityGroupId: string): InterfaceEndpoint {
    const { account, namePrefix, network } = this.props.host;
    const securityGroup = new SecurityGroup(this, "StsSecurityGroup", {
      name: `${namePrefix}-sts-endpoint`,
      vpcId: network.vpcId,
      description: "STS interface endpoint",
    });
    const endpoint = new InterfaceEndpoint(this, "StsEndpoint", {
      account,
      name: `${namePrefix}-sts`,
      service: "sts",
      network,
      securityGroupId: securityGroup.id,
      // Vault is told the endpoint's own name. The usual one stays free for an endpoint that passes more.
      privateDns: false,
      policy: [CHECK_LOGINS],
    });
    new AllowedTraffic(this, "VaultToSts", {
      fromSecurityGroupId: vaultSecurityGroupId,
      toSecurityGroupId: securityGroup.id,
      port: 443,
      description: "Vault has logins of functions checked",
    });
    return endpoint;
  }
}
