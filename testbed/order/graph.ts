import { readFileSync } from "node:fs";
import { join } from "node:path";
import { synthesizedStacks } from "../../scripts/deploy/stacks";

/** A template as Terraform reads it, or a part of one. */
type Json = Readonly<Record<string, unknown>>;

export interface GraphStack {
  readonly name: string;
  /** Stacks that are deployed before. */
  readonly needs: readonly string[];
  readonly template: Json;
}

/** The stacks in CDKTF's output folder. */
export function graphStacks(output: string): readonly GraphStack[] {
  return synthesizedStacks(output).map(({ name, needs, folder }) => ({
    name,
    needs,
    template: JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")),
  }));
}

const REFERENCE = /(?<![\w."-])(?:data\.)?[a-z]\w*\.[\w-]+/g;

/**
 * What waits for what: Terraform makes a resource after all that it names, in `depends_on` or in a reference, and
 * destroys it before them. All of a stack comes after all of the stacks that it needs.
 */
export class Graph {
  readonly #named = new Map<string, readonly string[]>();
  readonly #all = new Map<string, ReadonlySet<string>>();
  readonly #needs: ReadonlyMap<string, readonly string[]>;

  constructor(stacks: readonly GraphStack[]) {
    this.#needs = new Map(stacks.map(({ name, needs }) => [name, needs]));
    for (const { name, template } of stacks)
      for (const [address, block] of blocksIn(template))
        this.#named.set(`${name}/${address}`, namesIn(name, block));
  }

  /** @param later as `<stack>/<type>.<name>`, the other one, too */
  waitsFor(later: string, earlier: string): boolean {
    const [laterStack = "", earlierStack = ""] = [later, earlier].map((one) => one.split("/")[0]);
    if (laterStack !== earlierStack) return this.#needs.get(laterStack)?.includes(earlierStack) ?? false;
    return this.#waits(later).has(earlier);
  }

  #waits(address: string): ReadonlySet<string> {
    const known = this.#all.get(address);
    if (known) return known;
    const all = new Set<string>();
    this.#all.set(address, all);
    for (const named of this.#named.get(address) ?? []) {
      all.add(named);
      for (const one of this.#waits(named)) all.add(one);
    }
    return all;
  }
}

function* blocksIn({ resource = {}, data = {}, locals = {} }: Json): Generator<readonly [string, unknown]> {
  for (const [prefix, section] of [
    ["", resource],
    ["data.", data],
  ] as const)
    for (const [type, blocks] of Object.entries(section as Record<string, Json>))
      for (const [name, block] of Object.entries(blocks)) yield [`${prefix}${type}.${name}`, block];
  for (const [name, value] of Object.entries(locals as Json)) yield [`local.${name}`, value];
}

/** What is no address of anything is waited for by nobody. */
function namesIn(stack: string, block: unknown): readonly string[] {
  const { depends_on: bare = [], lifecycle, ...rest } = block as Json;
  const triggers = (lifecycle as Json | undefined)?.replace_triggered_by ?? [];
  const written = [...JSON.stringify([rest, lifecycle ?? {}]).matchAll(/\$\{.*?\}/g)].flatMap(
    ([expression]) => expression.match(REFERENCE) ?? [],
  );
  const all =
    typeof block === "string"
      ? (block.match(REFERENCE) ?? [])
      : [...written, ...(bare as string[]), ...(triggers as string[])];
  return [...new Set(all)].map((address) => `${stack}/${address}`);
}
