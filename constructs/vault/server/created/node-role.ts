import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
  type DataAwsIamPolicyDocumentStatementCondition,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamInstanceProfile } from "@cdktf/provider-aws/lib/iam-instance-profile";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { serviceRole } from "../../../access/service-role";
import { fromNetwork, type Network } from "../../../contracts/network";
import { keyPermissions, type NodeResources, nodePermissions } from "./permissions";

export interface NodeRoleProps extends NodeResources {
  readonly name: string;
  /** The role's credentials are good for nothing elsewhere. */
  readonly network: Pick<Network, "vpcId">;
}

/** The role of all nodes, and the instance profile that hands it to them. */
export class NodeRole extends Construct {
  readonly profileName: string;
  /** What must exist before a node can do its work. */
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: NodeRoleProps) {
    super(scope, id);
    const role = serviceRole(this, { name: props.name, service: "ec2" });
    const document = new DataAwsIamPolicyDocument(this, "Document", {
      statement: [...this.permissionsInNetwork(props), ...keyPermissions(props)],
    });
    const policy = new IamRolePolicy(this, "Policy", {
      name: "node",
      role: role.name,
      policy: document.json,
    });
    this.profileName = new IamInstanceProfile(this, "Profile", { name: role.name, role: role.name }).name;
    this.ready = [policy];
  }
  /** Every service is asked through an endpoint: who carries the credentials away can neither unseal nor read. */
  private permissionsInNetwork({
    network,
    ...resources
  }: NodeRoleProps): DataAwsIamPolicyDocumentStatement[] {
    return Object.values(nodePermissions(resources))
      .flat()
      .map(({ condition = [], ...statement }) => ({
        ...statement,
        condition: [...(condition as DataAwsIamPolicyDocumentStatementCondition[]), fromNetwork(network)],
      }));
  }
}
