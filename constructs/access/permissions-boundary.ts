import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { Annotations, type IAspect, TerraformResource } from "cdktf";
import type { IConstruct } from "constructs";

/** Gives every role and user a permissions boundary. A synth refuses one that has another. */
export class PermissionsBoundary implements IAspect {
  /** @param policyArn of a managed policy */
  constructor(private readonly policyArn: string) {}

  /** By the type of Terraform: another app may have a second copy of the classes. */
  visit(node: IConstruct): void {
    if (!(node instanceof TerraformResource) || !/^aws_iam_(role|user)$/.test(node.terraformResourceType))
      return;
    const { permissionsBoundaryInput: own = this.policyArn } = node as Partial<IamRole>;
    if (own !== this.policyArn)
      Annotations.of(node).addError(
        `${node.node.path} must have the environment's permissions boundary, ${this.policyArn}, got ` +
          `\`permissionsBoundary\` "${own}": leave it out`,
      );
    node.addOverride("permissions_boundary", this.policyArn);
  }
}
