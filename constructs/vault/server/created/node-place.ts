import { EbsVolume } from "@cdktf/provider-aws/lib/ebs-volume";
import { NetworkInterface } from "@cdktf/provider-aws/lib/network-interface";
import { Construct } from "constructs";
import { TunnelDocument } from "./tunnel-document";

export interface NodePlaceProps {
  readonly name: string;
  readonly subnetId: string;
  readonly zone: string;
  readonly securityGroupId: string;
  readonly volumeGib: number;
  readonly encryptionKeyArn: string;
  /** Refuse to destroy the volume. */
  readonly deletionProtection: boolean;
}

/** What stays of a node when its machine is replaced: its address, the way there, and its data. */
export class NodePlace extends Construct {
  readonly networkInterfaceId: string;
  readonly address: string;
  readonly volumeId: string;
  /** Name of the document that opens a tunnel to the address. */
  readonly tunnelDocument: string;

  constructor(scope: Construct, id: string, props: NodePlaceProps) {
    super(scope, id);
    const { name, subnetId, zone, deletionProtection } = props;
    const tags = { Name: name };
    // A subnet that is added to the network moves no node.
    const networkInterface = new NetworkInterface(this, "Interface", {
      subnetId,
      securityGroups: [props.securityGroupId],
      description: `Vault node ${name}`,
      tags,
      lifecycle: { ignoreChanges: ["subnet_id"] },
    });
    const volume = new EbsVolume(this, "Data", {
      availabilityZone: zone,
      type: "gp3",
      size: props.volumeGib,
      encrypted: true,
      kmsKeyId: props.encryptionKeyArn,
      tags,
      lifecycle: { ignoreChanges: ["availability_zone"], preventDestroy: deletionProtection || undefined },
    });
    this.networkInterfaceId = networkInterface.id;
    this.address = networkInterface.privateIp;
    this.volumeId = volume.id;
    this.tunnelDocument = new TunnelDocument(this, "Tunnel", { name, address: this.address }).name;
  }
}
