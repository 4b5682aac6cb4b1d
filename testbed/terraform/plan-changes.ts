import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type TerraformOptions, terraform } from "../../scripts/terraform/terraform";

/** What a plan would do to one resource or output. */
export interface PlannedChange {
  readonly address: string;
  readonly actions: readonly string[];
  /** The attributes that differ, as paths without indices. */
  readonly attributes: readonly string[];
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
    readonly change: Change;
  }[];
  readonly output_changes?: Readonly<Record<string, Change>>;
}

/**
 * What a plan of a stack that was applied would change; empty if it is clean. The plan and its JSON stay in the folder,
 * for whoever wants to look into them.
 */
export async function planChanges(
  directory: string,
  options: TerraformOptions,
): Promise<readonly PlannedChange[]> {
  const file = "check.tfplan";
  await terraform(directory, ["plan", "-input=false", "-lock=false", "-no-color", `-out=${file}`], options);
  const { environment } = options;
  const { stdout } = await terraform(directory, ["show", "-json", file], { environment });
  await writeFile(join(directory, `${file}.json`), stdout);
  return changesOf(JSON.parse(stdout) as Plan);
}

export function changesOf({ resource_changes, output_changes }: Plan): readonly PlannedChange[] {
  return [
    ...(resource_changes ?? [])
      .filter(({ change }) => !isNothing(change))
      .map(({ address, change }) => ({ address, actions: change.actions, attributes: differences(change) })),
    ...Object.entries(output_changes ?? {})
      .filter(([, change]) => !isNothing(change))
      .map(([name, { actions }]) => ({ address: `output.${name}`, actions, attributes: [] })),
  ];
}

/** One line for people: what changes, how, and where. Never a value. */
export function describeChange({ address, actions, attributes }: PlannedChange): string {
  return `${actions.join("+")} ${address}${attributes.length > 0 ? ` (${attributes.join(", ")})` : ""}`;
}

function isNothing({ actions }: Change): boolean {
  return actions.length === 1 && actions[0] === "no-op";
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
