import { readFileSync } from "node:fs";
import { join } from "node:path";
import { synthesizedStacks } from "../../scripts/deploy/stacks";

type Blocks = Readonly<Record<string, unknown>>;

/** The types of resources and data sources in CDKTF's output folder. */
export function typesIn(output: string): ReadonlySet<string> {
  const types = synthesizedStacks(output).flatMap(({ folder }) => {
    const text = readFileSync(join(folder, "cdk.tf.json"), "utf8");
    const { resource = {}, data = {} } = JSON.parse(text) as { resource?: Blocks; data?: Blocks };
    return [...Object.keys(resource), ...Object.keys(data)];
  });
  return new Set(types);
}
