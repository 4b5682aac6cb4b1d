import { TerraformElement } from "cdktf";
import type { Construct } from "constructs";

export interface TerraformCheckProps {
  /** An expression of Terraform that is true while nothing is to be said. */
  readonly condition: string;
  /** One sentence, with the way out. */
  readonly message: string;
}

/** Has each plan and apply warn, and go on. CDKTF has no construct for Terraform's `check` blocks. */
export class TerraformCheck extends TerraformElement {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: TerraformCheckProps,
  ) {
    super(scope, id);
  }

  override toTerraform(): object {
    const { condition, message } = this.props;
    return { check: { [this.friendlyUniqueId]: { assert: [{ condition, error_message: message }] } } };
  }
}
