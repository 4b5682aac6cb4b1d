import { DataAwsSsmParameter } from "@cdktf/provider-aws/lib/data-aws-ssm-parameter";
import type { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { Annotations, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { FunctionHost } from "../../../contracts/function-host";
import { mapped } from "../../../contracts/mapped";
import type { NetworkServer } from "../../../contracts/secret-backend";
import { AllowedTraffic, SecurityGroup } from "../../../network/security-group";
import { logGroup } from "../../../storage/log-group";
import { TerraformData } from "../../../terraform/terraform-data";
import { NODE_NAMESPACE } from "../node/metrics";
import { SNAPSHOT_PREFIX } from "../node/names";
import { nodeUserData } from "../node/user-data";
import {
  type SelfInitialisation,
  VAULT_CLUSTER_PORT,
  VAULT_PORT,
  type VaultArtifact,
  type VaultSoftware,
} from "../node/vault-node";
import type { VaultServer } from "../vault-server";
import { VaultBalancer } from "./balancer";
import { VaultEndpoints } from "./endpoints";
import { instanceTypeWarning } from "./instance-type-warning";
import { NodeMachine } from "./node-machine";
import { NodePlace } from "./node-place";
import { NodeRole } from "./node-role";
import type { NodeResources } from "./permissions";
import { nodeRoleName, type VaultStorage } from "./storage";

export interface CreatedVaultServerProps {
  /** The functions that read from Vault, and the network of both. */
  readonly host: FunctionHost;
  readonly storage: VaultStorage;
  /** Name at which functions find Vault, and which its certificate is for. */
  readonly hostName: string;
  readonly software: VaultSoftware;
  /** An odd number of nodes, spread over the network's subnets. */
  readonly nodes: number;
  /** Of the architecture arm64. */
  readonly instanceType: string;
  readonly volumeGib: number;
  /**
   * Image that has the server's program and plugins.
   *
   * @default - Amazon Linux 2023, to which the program comes from the bucket
   */
  readonly imageId?: string;
  /**
   * Program in the bucket, where its plugins are then, too.
   *
   * @default - the image has them
   */
  readonly program?: VaultArtifact;
  readonly plugins: readonly VaultArtifact[];
  /** ARNs of IAM roles and users that OpenBao, which initialises itself, lets in as operators. */
  readonly operators: readonly string[];
  /** Secret with the server's certificate and its key. */
  readonly certificateSecretArn: string;
  /**
   * Security groups of endpoints that the VPC has already.
   *
   * @default - endpoints are created
   */
  readonly existingEndpointGroupIds?: readonly string[];
  /** When the leader takes a snapshot, as systemd.time(7) writes it. */
  readonly snapshotSchedule: string;
  /** Refuse to destroy the data and the balancer. */
  readonly deletionProtection: boolean;
}

/** Public parameter with the newest image (Amazon Linux 2023 User Guide, "Launching the latest AL2023 AMI"). */
const AMAZON_LINUX = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64";

/** Name of the server's log groups begins so. */
export function vaultLogGroupName(namePrefix: string): string {
  return `/aws/vault-server/${namePrefix}`;
}

/** A Vault server of one or more nodes in a VPC without internet: raft among themselves, unsealed by KMS, TLS. */
export class CreatedVaultServer extends Construct implements VaultServer {
  readonly servers: readonly (NetworkServer & { readonly securityGroupId: string })[];
  readonly stsUrl?: string;
  /** URL at which the server has operators' logins checked. */
  readonly operatorStsUrl: string;
  readonly endpoints: Readonly<Record<string, VpcEndpoint>>;
  readonly balancer: VaultBalancer;
  /** The nodes by their ids: the machine, and where Terraform has it. */
  readonly machines: Readonly<Record<string, NodeMachine>>;
  private readonly nodeSecurityGroupId: string;
  private readonly places: Readonly<Record<string, NodePlace>>;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: CreatedVaultServerProps,
  ) {
    super(scope, id);
    const balancerSecurityGroupId = this.addSecurityGroup("Balancer", "vault", "Way to the Vault server");
    this.nodeSecurityGroupId = this.addSecurityGroup("Node", "vault-node", "Nodes of the Vault server");
    const traffic = this.allowTraffic(balancerSecurityGroupId);
    const resources = this.addResources();
    const endpoints = this.addEndpoints(resources);
    this.stsUrl = endpoints.stsUrl;
    this.operatorStsUrl = this.stsUrl ?? `https://${props.host.account.serviceHost("sts")}`;
    this.places = this.addPlaces();
    this.machines = this.addMachines(resources, endpoints, traffic);
    this.balancer = this.addBalancer(balancerSecurityGroupId);
    this.servers = [{ id: "Vault", port: VAULT_PORT, securityGroupId: balancerSecurityGroupId }];
    this.endpoints = endpoints.created;
    this.warnOfFewZones();
    const warning = instanceTypeWarning(props.instanceType, props.host.account.region);
    if (warning) Annotations.of(this).addWarning(warning);
  }

  /** Name of the cluster: of its machines, its load balancer, and in its metrics. */
  get name(): string {
    return `${this.props.host.namePrefix}-vault`;
  }

  /** The first node is in the first subnet, and so on. */
  private get nodes(): readonly { readonly id: string; readonly subnetId: string; readonly zone: string }[] {
    const { subnetIds, zones } = this.props.host.network;
    return Array.from({ length: this.props.nodes }, (_, index) => ({
      id: `node-${index + 1}`,
      subnetId: subnetIds[index % subnetIds.length] as string,
      zone: zones[index % subnetIds.length] as string,
    }));
  }

  private warnOfFewZones(): void {
    const { nodes, host } = this.props;
    const zones = host.network.subnetIds.length;
    if (nodes === 1 || zones >= 3) return;
    Annotations.of(this).addWarning(
      `${nodes} Vault nodes are in ${zones} zones: one zone has the majority of them, and without that zone there is ` +
        "no Vault. Three zones can lose one.",
    );
  }

  private addSecurityGroup(id: string, name: string, description: string): string {
    const { namePrefix, network } = this.props.host;
    return new SecurityGroup(this, `${id}SecurityGroup`, {
      name: `${namePrefix}-${name}`,
      vpcId: network.vpcId,
      description,
    }).id;
  }

  private allowTraffic(balancerSecurityGroupId: string): readonly ITerraformDependable[] {
    const nodes = this.nodeSecurityGroupId;
    const allow = (id: string, from: string, to: string, port: number, description: string) =>
      new AllowedTraffic(this, id, { fromSecurityGroupId: from, toSecurityGroupId: to, port, description });
    const toNodes = allow(
      "FromBalancer",
      balancerSecurityGroupId,
      nodes,
      VAULT_PORT,
      "Vault requests of functions, and checks of its health",
    );
    const joining = allow("Joining", nodes, nodes, VAULT_PORT, "Vault nodes join one another");
    const raft = allow(
      "Raft",
      nodes,
      nodes,
      VAULT_CLUSTER_PORT,
      "Vault nodes replicate, and forward requests to their leader",
    );
    return [toNodes, joining, raft].flatMap(({ rules }) => rules);
  }

  private addResources(): NodeResources {
    const { host, storage, certificateSecretArn } = this.props;
    const auditLog = logGroup(this, "AuditLog", `${vaultLogGroupName(host.namePrefix)}/audit`, host);
    return {
      account: host.account,
      storage,
      certificateSecretArn,
      auditLogGroupArn: auditLog.arn,
      auditLogGroupName: auditLog.name,
      metricsNamespace: NODE_NAMESPACE,
    };
  }

  private addEndpoints(resources: NodeResources): VaultEndpoints {
    const { host, existingEndpointGroupIds: existingSecurityGroupIds } = this.props;
    return new VaultEndpoints(this, "Endpoints", {
      ...resources,
      host,
      subnetIds: [...new Set(this.nodes.map(({ subnetId }) => subnetId))],
      nodeSecurityGroupId: this.nodeSecurityGroupId,
      existingSecurityGroupIds,
    });
  }

  private addPlaces(): Record<string, NodePlace> {
    const { storage, volumeGib, deletionProtection } = this.props;
    return Object.fromEntries(
      this.nodes.map(({ id, subnetId, zone }) => [
        id,
        new NodePlace(this, `Place-${id}`, {
          name: `${this.name}-${id}`,
          subnetId,
          zone,
          securityGroupId: this.nodeSecurityGroupId,
          volumeGib,
          encryptionKeyArn: storage.keyArn,
          deletionProtection,
        }),
      ]),
    );
  }

  private addMachines(
    resources: NodeResources,
    endpoints: VaultEndpoints,
    traffic: readonly ITerraformDependable[],
  ): Record<string, NodeMachine> {
    const { host, storage, instanceType, imageId = this.newestImage() } = this.props;
    const { network } = host;
    const role = new NodeRole(this, "Role", { ...resources, network, name: nodeRoleName(host.namePrefix) });
    return mapped(
      this.places,
      (place, id) =>
        new NodeMachine(this, `Machine-${id}`, {
          name: `${this.name}-${id}`,
          place,
          imageId,
          instanceType,
          profileName: role.profileName,
          userData: this.userData(id, place, resources, endpoints),
          encryptionKeyArn: storage.keyArn,
          ready: [...role.ready, ...endpoints.ready, ...traffic],
        }),
    );
  }

  /** Not the parameter's `value`, which the provider takes for a secret. */
  private newestImage(): string {
    return new DataAwsSsmParameter(this, "Image", { name: AMAZON_LINUX }).insecureValue;
  }

  private userData(
    id: string,
    place: NodePlace,
    resources: NodeResources,
    endpoints: VaultEndpoints,
  ): string {
    const { host, storage, hostName, software, program, plugins, snapshotSchedule } = this.props;
    return nodeUserData({
      software,
      region: host.account.region,
      clusterName: this.name,
      nodeId: id,
      address: place.address,
      addresses: Object.values(this.places).map(({ address }) => address),
      hostName,
      sealKeyArn: storage.sealKeyArn,
      dataVolumeId: place.volumeId,
      artifacts: program && { bucket: storage.bucket.name, server: program },
      plugins,
      selfInitialisation: id === this.nodes[0]?.id ? this.selfInitialisation(place) : undefined,
      certificateSecretArn: resources.certificateSecretArn,
      snapshotBucket: storage.bucket.name,
      snapshotPrefix: SNAPSHOT_PREFIX,
      snapshotSchedule,
      auditLogGroup: resources.auditLogGroupName,
      metricsNamespace: resources.metricsNamespace,
      endpointUrls: endpoints.secretsManagerUrl ? { secretsmanager: endpoints.secretsManagerUrl } : undefined,
    });
  }

  /** Of a server that lost its data, the first node has another volume: then it is for people to decide what begins. */
  private selfInitialisation({ volumeId }: NodePlace): SelfInitialisation | undefined {
    const { host, software, operators } = this.props;
    if (software !== "openbao") return undefined;
    const first = new TerraformData(this, "FirstVolume", {
      input: volumeId,
      lifecycle: { ignoreChanges: ["input"] },
    });
    return {
      volumeId: first.getStringAttribute("output"),
      operators: {
        kind: "aws",
        principalArns: operators,
        stsRegion: host.account.region,
        stsUrl: this.operatorStsUrl,
      },
    };
  }

  private addBalancer(securityGroupId: string): VaultBalancer {
    const { host, hostName, deletionProtection } = this.props;
    return new VaultBalancer(this, "Balancer", {
      name: this.name,
      network: host.network,
      hostName,
      securityGroupId,
      targets: mapped(this.places, ({ address }) => address),
      deletionProtection,
    });
  }
}
