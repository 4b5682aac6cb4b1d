import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type TerraformOptions, terraform } from "../../scripts/terraform/terraform";

/** A difference that every plan against an emulator shows, however right the configuration is. */
export interface PhantomDiff {
  readonly type: string;
  /** The attribute, as a path without indices: `vpc_config.subnet_ids`. Its parts below are covered too. */
  readonly attribute: string;
  /** What the emulator does instead of what AWS does. */
  readonly reason: string;
}

export interface PlanChangesOptions extends TerraformOptions {
  /** Differences that are not counted. @default - none */
  readonly excused?: readonly PhantomDiff[];
}

/** What a plan would do to one resource or output. */
export interface PlannedChange {
  readonly address: string;
  readonly actions: readonly string[];
  /** The attributes that differ, as paths without indices. */
  readonly attributes: readonly string[];
}

export interface PlanChanges {
  /** What the plan would change. Empty: the plan is clean. */
  readonly changes: readonly PlannedChange[];
  /** The known faults of the emulator that were met. */
  readonly phantoms: readonly PhantomDiff[];
}

interface Change {
  readonly actions: readonly string[];
  readonly before: unknown;
  readonly after: unknown;
  readonly after_unknown?: unknown;
}

export interface Plan {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly type: string;
    readonly change: Change;
  }[];
  readonly output_changes?: Readonly<Record<string, Change>>;
}

/** Plans a stack that was applied; the plan and its JSON stay in the folder, for whoever wants to look into them. */
export async function planChanges(directory: string, options: PlanChangesOptions): Promise<PlanChanges> {
  const { excused = [], ...running } = options;
  const file = "check.tfplan";
  await terraform(directory, ["plan", "-input=false", "-lock=false", "-no-color", `-out=${file}`], running);
  const { environment } = options;
  const { stdout } = await terraform(directory, ["show", "-json", file], { environment });
  await writeFile(join(directory, `${file}.json`), stdout);
  return changesOf(JSON.parse(stdout) as Plan, excused);
}

/** The changes in a plan, without those that the emulator alone is to blame for. */
export function changesOf(plan: Plan, known: readonly PhantomDiff[]): PlanChanges {
  const changes: PlannedChange[] = [];
  const phantoms = new Set<PhantomDiff>();
  for (const { address, type, change } of plan.resource_changes ?? []) {
    if (isNothing(change)) continue;
    const attributes = differences(change);
    const excuses = attributes.map((attribute) => known.find((phantom) => covers(phantom, type, attribute)));
    const onlyUpdates = change.actions.length === 1 && change.actions[0] === "update";
    if (onlyUpdates && excuses.every((excuse) => excuse !== undefined)) {
      for (const excuse of excuses) phantoms.add(excuse);
    } else {
      const unexcused = attributes.filter((_, index) => excuses[index] === undefined);
      changes.push({ address, actions: change.actions, attributes: onlyUpdates ? unexcused : attributes });
    }
  }
  for (const [name, change] of Object.entries(plan.output_changes ?? {})) {
    if (!isNothing(change))
      changes.push({ address: `output.${name}`, actions: change.actions, attributes: [] });
  }
  return { changes, phantoms: [...phantoms] };
}

/** The entries of the list that none of the plans needed: the emulator was repaired, or we changed the resource. */
export function stalePhantoms(
  plans: readonly PlanChanges[],
  known: readonly PhantomDiff[],
): readonly PhantomDiff[] {
  const met = new Set(plans.flatMap(({ phantoms }) => phantoms));
  return known.filter((phantom) => !met.has(phantom));
}

/** One line for people: what changes, how, and where. Never a value. */
export function describeChange({ address, actions, attributes }: PlannedChange): string {
  return `${actions.join("+")} ${address}${attributes.length > 0 ? ` (${attributes.join(", ")})` : ""}`;
}

function isNothing({ actions }: Change): boolean {
  return actions.length === 1 && actions[0] === "no-op";
}

function covers(phantom: PhantomDiff, type: string, attribute: string): boolean {
  const { attribute: known } = phantom;
  return phantom.type === type && (attribute === known || attribute.startsWith(`${known}.`));
}

function differences({ before, after, after_unknown: unknown }: Change): string[] {
  const found = new Set<string>();
  compare("", before, after, unknown, found);
  return [...found].sort();
}

function compare(path: string, before: unknown, after: unknown, unknown: unknown, found: Set<string>): void {
  if (unknown !== true && isDeepStrictEqual(before, after) && !mentionsTrue(unknown)) return;
  const [b, a, u] = [before, after, unknown].map(asRecord);
  if (unknown === true || (b === undefined && a === undefined)) {
    found.add(path);
    return;
  }
  const keys = new Set([...Object.keys(b ?? {}), ...Object.keys(a ?? {}), ...Object.keys(u ?? {})]);
  const list = Array.isArray(before) || Array.isArray(after);
  const scalars =
    list && [...Object.values(b ?? {}), ...Object.values(a ?? {})].every((v) => asRecord(v) === undefined);
  if (scalars || keys.size === 0) {
    found.add(path);
    return;
  }
  for (const key of keys) {
    const child = list ? path : path === "" ? key : `${path}.${key}`;
    compare(child, b?.[key], a?.[key], u?.[key], found);
  }
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
}

function mentionsTrue(value: unknown): boolean {
  return value === true || Object.values(asRecord(value) ?? {}).some(mentionsTrue);
}
