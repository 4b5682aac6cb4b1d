import { type IAspect, TerraformResource } from "cdktf";
import type { IConstruct } from "constructs";

/** Gives every role and user a permissions boundary, in the place of whatever it has. */
export class PermissionsBoundary implements IAspect {
  /** @param policyArn of a managed policy */
  constructor(private readonly policyArn: string) {}

  /** By the type of Terraform: another app may have a second copy of the classes. */
  visit(node: IConstruct): void {
    if (node instanceof TerraformResource && /^aws_iam_(role|user)$/.test(node.terraformResourceType))
      node.addOverride("permissions_boundary", this.policyArn);
  }
}
