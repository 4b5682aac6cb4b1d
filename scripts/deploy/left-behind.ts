import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Stack } from "./stacks";

/** The stacks that an environment may have or not; the others are always there. */
const BACKENDS = ["native", "vault"];

interface State {
  readonly resources?: readonly { readonly mode: string; readonly instances?: readonly unknown[] }[];
}

/**
 * What to say about backends that were taken out of the environment while their stacks still had resources: no plan
 * shows these any more. Only local state is looked at; to list what is in S3 would take credentials.
 *
 * @param output CDKTF's output folder, beside which local state is
 */
export function leftBehind(output: string, stacks: readonly Stack[]): readonly string[] {
  const names = stacks.map(({ name }) => name);
  const foundation = names.find((name) => name.endsWith("-foundation"));
  if (foundation === undefined) return [];
  const environment = foundation.slice(0, -"-foundation".length);
  return BACKENDS.filter((backend) => !names.includes(`${environment}-${backend}`)).flatMap((backend) => {
    const stack = `${environment}-${backend}`;
    const resources = resourcesIn(join(dirname(output), `terraform.${stack}.tfstate`));
    if (resources === 0) return [];
    return [
      `${stack} is not in the environment any more, but its state terraform.${stack}.tfstate still has ` +
        `${resources} resources; no plan shows them. Put "${backend}" back into backends, run npm run destroy -- ` +
        `${stack}, and take it out again`,
    ];
  });
}

function resourcesIn(file: string): number {
  if (!existsSync(file)) return 0;
  const { resources = [] } = JSON.parse(readFileSync(file, "utf8")) as State;
  return resources
    .filter(({ mode }) => mode === "managed")
    .reduce((sum, { instances = [] }) => sum + instances.length, 0);
}
