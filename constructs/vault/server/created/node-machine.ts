import { Instance } from "@cdktf/provider-aws/lib/instance";
import { VolumeAttachment } from "@cdktf/provider-aws/lib/volume-attachment";
import { Fn, type ITerraformDependable, TerraformLocal } from "cdktf";
import { Construct } from "constructs";
import type { NodePlace } from "./node-place";

export interface NodeMachineProps {
  readonly name: string;
  readonly place: NodePlace;
  readonly imageId: string;
  readonly instanceType: string;
  readonly profileName: string;
  readonly userData: string;
  readonly encryptionKeyArn: string;
  /** What must exist before the machine starts. */
  readonly ready: readonly ITerraformDependable[];
}

/** Of the root volume, which has the system and the program; Amazon Linux 2023 asks for 8. */
const ROOT_GIB = 10;

/**
 * The machine of a node. A plain apply leaves it as it is: what only a new machine can take, and what would stop all of
 * them at once, waits until `npm run vault:roll` replaces one after the other.
 */
export class NodeMachine extends Construct {
  readonly instanceId: string;
  readonly address: string;
  /** See {@link NodePlace.tunnelDocument}. */
  readonly tunnelDocument: string;
  /** Of the instance, for `terraform apply -replace`. */
  readonly resourceAddress: string;

  constructor(scope: Construct, id: string, props: NodeMachineProps) {
    super(scope, id);
    const { name, place, encryptionKeyArn } = props;
    const userData = new TerraformLocal(this, "UserData", props.userData);
    const instance = new Instance(this, "Resource", {
      ami: props.imageId,
      instanceType: props.instanceType,
      iamInstanceProfile: props.profileName,
      userDataBase64: Fn.base64gzip(userData.asString),
      networkInterface: [{ deviceIndex: 0, networkInterfaceId: place.networkInterfaceId }],
      ebsOptimized: true,
      maintenanceOptions: { autoRecovery: "default" },
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      rootBlockDevice: {
        volumeType: "gp3",
        volumeSize: ROOT_GIB,
        encrypted: true,
        kmsKeyId: encryptionKeyArn,
      },
      tags: { Name: name },
      lifecycle: { ignoreChanges: ["ami", "instance_type", "user_data_base64"] },
      dependsOn: [...props.ready],
    });
    new VolumeAttachment(this, "Data", {
      instanceId: instance.id,
      volumeId: place.volumeId,
      deviceName: "/dev/sdf",
      stopInstanceBeforeDetaching: true,
    });
    this.instanceId = instance.id;
    this.address = place.address;
    this.tunnelDocument = place.tunnelDocument;
    this.resourceAddress = `${instance.terraformResourceType}.${instance.friendlyUniqueId}`;
  }
}
