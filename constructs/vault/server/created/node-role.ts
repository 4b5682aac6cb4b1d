import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamInstanceProfile } from "@cdktf/provider-aws/lib/iam-instance-profile";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { keyPermissions, type NodeResources, nodePermissions } from "./permissions";

export interface NodeRoleProps extends NodeResources {
  readonly name: string;
}

/** The role of all nodes, and the instance profile that hands it to them. */
export class NodeRole extends Construct {
  readonly profileName: string;
  /** What must exist before a node can do its work. */
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: NodeRoleProps) {
    super(scope, id);
    const trust = new DataAwsIamPolicyDocument(this, "Trust", {
      statement: [
        {
          actions: ["sts:AssumeRole"],
          principals: [{ type: "Service", identifiers: ["ec2.amazonaws.com"] }],
        },
      ],
    });
    const role = new IamRole(this, "Role", { name: props.name, assumeRolePolicy: trust.json });
    const document = new DataAwsIamPolicyDocument(this, "Document", {
      statement: [...Object.values(nodePermissions(props)).flat(), ...keyPermissions(props)],
    });
    const policy = new IamRolePolicy(this, "Policy", {
      name: "node",
      role: role.name,
      policy: document.json,
    });
    this.profileName = new IamInstanceProfile(this, "Profile", { name: role.name, role: role.name }).name;
    this.ready = [policy];
  }
}
