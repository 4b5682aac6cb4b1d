import type { ChangeJson } from "./plan-json";
import { type Attributes, type Difference, Hidden, isObject, UNKNOWN, type Value } from "./values";

export type Kind = "create" | "update" | "replace" | "delete" | "forget" | "read" | "no-op";

/** By the name of an argument, what its expression refers to, such as `aws_kms_key.one.arn`. */
export type Arguments = ReadonlyMap<string, readonly string[]>;

/** What a plan does to a resource, without what nobody may see. */
export interface ResourceChange {
  readonly address: string;
  /** Where it was before, if it moves. */
  readonly previousAddress?: string;
  readonly type: string;
  readonly kind: Kind;
  /** Whether the new one is made before the old one goes. */
  readonly createsFirst: boolean;
  readonly imported: boolean;
  /** An object that an earlier, interrupted replacement left. */
  readonly deposed: boolean;
  /** The arguments that the configuration gives it. Undefined if the plan does not say. */
  readonly configured?: Arguments;
  /** Terraform's own, for example `replace_because_cannot_update`. */
  readonly reason?: string;
  /** The attributes that force a replacement. */
  readonly replacePaths: readonly string[];
  readonly before: Attributes | undefined;
  readonly after: Attributes | undefined;
  readonly differences: readonly Difference[];
}

export interface OutputChange {
  readonly name: string;
  readonly kind: Kind;
  readonly before: Value;
  readonly after: Value;
}

export interface ActionInvocation {
  readonly address: string;
  readonly type: string;
  /** The resource that triggers it, and when. */
  readonly trigger?: string;
  /** Names of its arguments. */
  readonly arguments: readonly string[];
  /** The arguments without secrets, for the digest: they are never shown. */
  readonly values: Value;
}

/** What the configuration has beside resources that change. */
export interface ConfiguredResource {
  readonly address: string;
  readonly type: string;
  /** `managed`, `data`, or a later mode of Terraform such as `ephemeral`. */
  readonly mode: string;
  /** Types of its provisioners, such as `local-exec`. */
  readonly provisioners: readonly string[];
  /** What these are set to, without secrets, for the digest: it is never shown. */
  readonly commands: Value;
}

export interface ConfiguredProvider {
  /** As the configuration calls it, with its alias. */
  readonly key: string;
  /** Undefined if the plan does not say. */
  readonly fullName?: string;
  /** What the code asks for. */
  readonly version?: string;
  /** Names of its arguments. */
  readonly configured: readonly string[];
  /** What these are set to as it is written, without secrets, for the digest: it is never shown. */
  readonly settings: Value;
}

export interface Places {
  readonly regions: readonly string[];
  readonly accounts: readonly string[];
}

/** A plan of one stack after redaction. */
export interface Plan {
  readonly stack: string;
  readonly complete: boolean;
  readonly errored: boolean;
  readonly deferred: number;
  readonly resources: readonly ResourceChange[];
  /** Resources that stay as they are. */
  readonly unchanged: readonly ResourceChange[];
  /** Data sources, resources with provisioners, and whatever else runs or is read without being changed. */
  readonly configured: readonly ConfiguredResource[];
  readonly providers: readonly ConfiguredProvider[];
  /** What was changed by others than Terraform. */
  readonly drift: readonly ResourceChange[];
  readonly outputs: readonly OutputChange[];
  readonly actions: readonly ActionInvocation[];
  /** Messages of checks that do not hold. */
  readonly failedChecks: readonly string[];
  /** What the AWS provider is set to, as far as that is constant. */
  readonly provider: Places;
  /** Where what is deployed is, as its ARNs say. */
  readonly deployed: Places;
}

/** Accounts of this environment: where it is deployed, as far as the provider says the same. */
export function accountsOf({ provider, deployed }: Pick<Plan, "provider" | "deployed">): readonly string[] {
  if (deployed.accounts.length === 0 || provider.accounts.length === 0)
    return [...deployed.accounts, ...provider.accounts];
  return provider.accounts.filter((one) => deployed.accounts.includes(one));
}

/** @throws Error at a combination of actions that Terraform does not document. */
export function kindOf({ actions }: Pick<ChangeJson, "actions">): Kind {
  const [first = "no-op", second, ...more] = actions;
  if (second === undefined) return first;
  const pair = [first, second].sort().join();
  if (more.length === 0 && pair === "create,delete") return "replace";
  if (more.length === 0 && pair === "create,forget") return "replace";
  throw new Error(`actions must be ones that Terraform documents, got ${actions.join()}`);
}

/** Attributes that say only that the code is another one. */
const CODE =
  /^(source_code_hash|code_sha256|filename|last_modified|qualified_\w+|version|s3_object_version)$/;
/** The path of a tag that tells the rotation function what it may do for a secret, and the tag's name. */
export const ROTATION_TAG = /^tags(?:_all)?\.(rotation:.+)$/;
const TAGS = /^tags(_all)?(\.|$)/;

export type Noise = "tags only" | "known after apply only" | "code only";

/** Why an update is not worth a reader's time, if it is not. */
export function noiseOf({ kind, type, differences: places }: ResourceChange): Noise | undefined {
  if (kind !== "update" || places.length === 0) return undefined;
  const known = places.filter(({ after }) => after !== UNKNOWN);
  if (known.length === 0) return "known after apply only";
  if (known.every(({ path }) => TAGS.test(path) && !ROTATION_TAG.test(path))) return "tags only";
  const isCode = type === "aws_lambda_function" && places.every(({ path }) => CODE.test(path));
  return isCode ? "code only" : undefined;
}

/** Before and after of one attribute, as far as they are there. */
export function attribute({ before, after }: ResourceChange, path: string): { before: Value; after: Value } {
  return { before: at(before, path), after: at(after, path) };
}

/** `a.b` also reaches through lists of one block, as Terraform writes them: `a[0].b`. */
export function at(value: Value | undefined, path: string): Value {
  let found: Value = value ?? null;
  for (const key of path.split(".")) {
    if (Array.isArray(found)) found = found[0] ?? null;
    if (found === UNKNOWN || found instanceof Hidden) return found;
    found = (isObject(found) ? found[key] : undefined) ?? null;
  }
  return found;
}
