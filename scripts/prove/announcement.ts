import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../../constructs/environment";
import { costDrivers, type Template } from "../costs/drivers";
import { PRICED_REGION } from "../costs/prices";
import type { Stack } from "../deploy/stacks";

/** What a proof will do to which account, and what of it costs. */
export function announcement(
  { name, account, region }: Environment,
  stacks: readonly Stack[],
  destroy: boolean,
): string {
  const drivers = costDrivers(stacks.map(({ folder }) => templateIn(folder)));
  const month = drivers.reduce((sum, { usd = 0 }) => sum + usd, 0);
  return [
    `In the account ${account ?? "of your credentials"}, region ${region}: deploys the environment ${name}, rotates`,
    `each of its secrets at least twice, and ${destroy ? "destroys it in the end" : "leaves it deployed"}.`,
    `What costs while it is there, about ${month.toFixed(0)} USD a month by list prices of ${PRICED_REGION}:`,
    ...drivers.map(({ what, count, usd }) => `  ${count} × ${what}: ${usd?.toFixed(2) ?? "price not known"}`),
    "docs/operations.md#cost has where the prices stand, and those of what costs by use.",
    "If it is in service already: whoever keeps a password longer than two rotations is refused.",
  ].join("\n");
}

function templateIn(folder: string): Template {
  return JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8"));
}
