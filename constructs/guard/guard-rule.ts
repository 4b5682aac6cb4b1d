import type { TerraformResource } from "cdktf";

/** Attributes of a resource by Terraform's names; what is known only after an apply is a reference. */
export type Attributes = Readonly<Record<string, unknown>>;

/** What is written of a resource. */
export function attributesOf(resource: TerraformResource): Attributes {
  const { resource: types } = resource.toTerraform();
  return Object.values(types[resource.terraformResourceType])[0] as Attributes;
}

/** Something that no stack with secrets may have. */
export interface GuardRule {
  readonly name: string;
  /** Types of the resources that it looks at. */
  readonly types: RegExp;
  /** What is wrong, and what to do: one sentence each. */
  readonly check: (attributes: Attributes, resource: TerraformResource) => readonly string[];
}

/** The blocks of a name: Terraform writes one as an object or as a list. */
export function blocks(attributes: Attributes, name: string): readonly Attributes[] {
  const value = attributes[name] ?? [];
  return (Array.isArray(value) ? value : [value]).filter((one) => typeof one === "object" && one !== null);
}

/** A text that stands in the code, and is no reference. */
export function isLiteral(value: unknown): value is string {
  return typeof value === "string" && value !== "" && !value.includes("${");
}
