/** Attributes by Terraform's names. */
// biome-ignore lint/suspicious/noExplicitAny: the attributes of some sixty resource types, in two forms.
export type Values = Readonly<Record<string, any>>;

/** A resource as it is deployed, or would be: every attribute that is looked at has a value. */
export interface Resource {
  /** Name of the environment that made it; undefined for what was there before. */
  readonly environment?: string;
  /** Name of its stack. */
  readonly stack: string;
  /** What is only looked up is data. */
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly name: string;
  readonly values: Values;
}

/** What one Terraform apply after the other has made, and what was there. */
export interface Deployment {
  readonly region: string;
  readonly resources: readonly Resource[];
  /** Outputs by name; of several stacks, none has the same but those that are not looked at. */
  readonly outputs: Values;
}

/** Of what is only looked up, these are not there otherwise: addresses of a service, and secrets that commands make. */
const LOOKED_UP = new Set(["aws_prefix_list", "aws_secretsmanager_secret"]);

export function isDeployed({ mode, type }: Pick<Resource, "mode" | "type">): boolean {
  return mode === "managed" || LOOKED_UP.has(type);
}

/** `<stack>/<type>.<name>` */
export function addressOfResource({ stack, type, name }: Resource): string {
  return `${stack}/${type}.${name}`;
}

/** The blocks of a name: a state has a list, and a template may have an object. */
export function blocksOf(values: Values, name: string): readonly Values[] {
  const value = values[name] ?? [];
  return Array.isArray(value) ? value : [value];
}

/** It stands in a resource of its own. A bucket without one is encrypted by S3's, which takes no permission. */
export function keyOfBucket(bucket: string, resources: Deployment["resources"]): string | undefined {
  const encryption = resources.find(
    ({ type, values }) =>
      type === "aws_s3_bucket_server_side_encryption_configuration" && values.bucket === bucket,
  );
  const [rule = {}] = blocksOf(encryption?.values ?? {}, "rule");
  const [byDefault = {}] = blocksOf(rule, "apply_server_side_encryption_by_default");
  return byDefault.kms_master_key_id || undefined;
}

/** Last part of the name of an endpoint's service, for example `kms`. */
export function serviceOf({ service_name: name }: Values): string {
  return String(name).split(".").at(-1) ?? "";
}
