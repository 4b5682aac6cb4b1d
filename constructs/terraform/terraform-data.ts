import {
  anyToHclTerraform,
  anyToTerraform,
  hashMapper,
  hashMapperHcl,
  type TerraformMetaArguments,
  TerraformResource,
} from "cdktf";
import type { Construct } from "constructs";

export interface TerraformDataProps extends Pick<TerraformMetaArguments, "lifecycle"> {
  /** What the state keeps. */
  readonly input: unknown;
}

/**
 * Terraform's own resource `terraform_data`. CDKTF's `DataResource` starts Terraform in every synth, once for each of
 * them, to ask its version; this project demands a newer one than that anyway.
 */
export class TerraformData extends TerraformResource {
  private readonly data: unknown;

  constructor(scope: Construct, id: string, { input, lifecycle }: TerraformDataProps) {
    super(scope, id, { terraformResourceType: "terraform_data", lifecycle });
    this.data = input;
  }

  protected override synthesizeAttributes() {
    return { input: hashMapper(anyToTerraform)(this.data) };
  }

  protected override synthesizeHclAttributes() {
    return { input: hashMapperHcl(anyToHclTerraform)(this.data) };
  }
}
