import { isDeepStrictEqual } from "node:util";
import type { RecordedChange } from "./changes";
import { StackEdit } from "./stack-edit";

interface Touching {
  readonly change: RecordedChange;
  /** Addresses of what it edits, and of what changes with that. */
  readonly touched: ReadonlySet<string>;
}

/** Changes of a stack in groups that touch different resources. */
export function waves(
  original: string,
  changes: readonly RecordedChange[],
): readonly (readonly Touching[])[] {
  const groups: Touching[][] = [];
  for (const change of changes) {
    const touched = touchedBy(original, change);
    const isFree = (group: Touching[]) =>
      group.every((one) => [...one.touched].every((it) => !touched.has(it)));
    const group = groups.find(isFree);
    if (group) group.push({ change, touched });
    else groups.push([{ change, touched }]);
  }
  return groups;
}

function touchedBy(original: string, { edit, replaces }: RecordedChange): ReadonlySet<string> {
  const stack = new StackEdit(JSON.parse(original));
  edit(stack);
  const [before, after] = [JSON.parse(original), stack.json].map(blocksOf) as [Blocks, Blocks];
  const all = new Map([...before, ...after]);
  const differs = (address: string) =>
    !isDeepStrictEqual(withoutOrder(before, address), withoutOrder(after, address));
  const touched = new Set([...all.keys()].filter(differs));
  if (touched.has("provider")) return new Set(all.keys());
  // What a document or a new resource changes is in those that refer to it; what is replaced changes all behind it.
  const spreads = (address: string) =>
    replaces === true || address.startsWith("data.") || !before.has(address);
  for (const address of touched)
    for (const [other, block] of all)
      if (spreads(address) && !address.startsWith("output.") && JSON.stringify(block).includes(address))
        touched.add(other);
  return touched;
}

type Blocks = ReadonlyMap<string, unknown>;

function withoutOrder(blocks: Blocks, address: string): unknown {
  const { depends_on: _, ...block } = (blocks.get(address) ?? { isAbsent: true }) as Record<string, unknown>;
  return block;
}

/** By the address in a plan, and also what has none there. */
function blocksOf({ resource, data, output, provider }: StackEdit["json"]): Blocks {
  const entries = (blocks: Record<string, Record<string, unknown>>, prefix: string) =>
    Object.entries(blocks).flatMap(([type, ids]) =>
      Object.entries(ids).map(([id, block]) => [`${prefix}${type}.${id}`, block] as const),
    );
  return new Map<string, unknown>([
    ...entries(resource, ""),
    ...entries(data, "data."),
    ...Object.entries(output).map(([name, block]) => [`output.${name}`, block] as const),
    ["provider", provider],
  ]);
}
