import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../../constructs/environment";
import { costDrivers, type Template } from "../costs/drivers";
import { PRICED_REGION } from "../costs/prices";
import type { Stack } from "../deploy/stacks";

/** What a proof will do to which account, what it makes there, and what of that costs. */
export function announcement(
  { name, account, region }: Environment,
  stacks: readonly Stack[],
  destroy: boolean,
): string {
  const templates = stacks.map(({ name, folder }) => ({ stack: name, template: templateIn(folder) }));
  const drivers = costDrivers(templates.map(({ template }) => template));
  const month = drivers.reduce((sum, { usd = 0 }) => sum + usd, 0);
  return [
    `In the account ${account}, region ${region}: deploys the environment ${name}, rotates`,
    `each of its secrets at least twice, and ${destroy ? "destroys it in the end" : "leaves it deployed"}.`,
    "What it makes there, as far as it is not there yet:",
    ...templates.flatMap(({ stack, template }) => madeBy(stack, template)),
    `What costs while it is there, about ${month.toFixed(0)} USD a month by list prices of ${PRICED_REGION}:`,
    ...drivers.map(({ what, count, usd }) => `  ${count} × ${what}: ${usd?.toFixed(2) ?? "price not known"}`),
    "docs/operations.md#cost has where the prices stand, and those of what costs by use.",
    "If it is in service already: whoever keeps a password longer than two rotations is refused.",
  ].join("\n");
}

/** How many resources of which kinds a stack has, a few kinds in a line. */
function madeBy(stack: string, { resource = {} }: Template): readonly string[] {
  const counts = Object.entries(resource).map(([kind, named]) => [kind, Object.keys(named).length] as const);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const kinds = counts.map(([kind, count]) => `${count} × ${kind}`).join(", ");
  return [
    `  ${stack}, ${total} resources:`,
    ...(kinds.match(/\S.{0,90}(?:,|$)/g) ?? []).map((line) => `    ${line}`),
  ];
}

function templateIn(folder: string): Template {
  return JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8"));
}
