import type { TerraformResourceLifecycle } from "cdktf";
import { Construct } from "constructs";
import { TerraformData } from "../terraform/terraform-data";

type Preconditions = NonNullable<TerraformResourceLifecycle["precondition"]>;

export interface PermanentSettingsProps {
  /** What the settings are of, for the message: `the cluster app-main`. */
  readonly of: string;
  /** By name, with what a change would do and what to do instead. */
  readonly settings: Readonly<Record<string, { readonly value: string | boolean; readonly why: string }>>;
}

/**
 * What a resource was made with, kept in the state. A plan with another value fails before anything is changed, whereas
 * a replacement is one line among many of a plan, and is not asked about where plans are approved by a machine.
 */
export class PermanentSettings extends Construct {
  /** For the lifecycle of the resource. */
  readonly preconditions: Preconditions;

  constructor(scope: Construct, id: string, { of, settings }: PermanentSettingsProps) {
    super(scope, id);
    const values = Object.fromEntries(Object.entries(settings).map(([name, { value }]) => [name, value]));
    const made = new TerraformData(this, "Resource", {
      input: values,
      lifecycle: { ignoreChanges: ["input"] },
    });
    this.preconditions = Object.entries(settings).map(([name, { value, why }]) => {
      const old = `${made.terraformResourceType}.${made.friendlyUniqueId}.output.${name}`;
      return {
        condition: `\${${old} == ${JSON.stringify(value)}}`,
        errorMessage: `${name} must stay what ${of} was made with, "\${${old}}", got "${value}". ${why}.`,
      };
    });
  }
}
