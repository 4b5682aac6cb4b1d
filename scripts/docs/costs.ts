import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Environment } from "../../constructs/environment";
import { costDrivers, type Driver, type Template } from "../costs/drivers";
import { PRICED_REGION, PRICES, type Price, SOURCES } from "../costs/prices";
import { environmentOf, prodWith, synthesizeTo } from "../support/shipped-environments";
import { table } from "./table";

/** What shipped environments cost in a month while nobody uses them. */
export function costsOfEnvironments(): string {
  return monthlyCosts({
    "`dev`": costsOf(environmentOf("dev")),
    "`prod`": costsOf(prodWith(["native"])),
    "`prod` with Vault beside it": costsOf(prodWith(["native", "vault"])),
    "`prod` with Vault alone": costsOf(prodWith(["vault"])),
  });
}

/** What the created server of `vault-server` adds to an environment. */
export function costsOfVaultServers(): string {
  const withNodes = (nodes: number, instanceType: string) =>
    costsOf(
      environmentOf("vault-server", ({ vault, ...others }) => ({
        ...others,
        vault: { ...vault, server: { ...vault.server, nodes, instanceType } },
      })),
      ([stack, id]) => stack.endsWith("-vault-server") || id.startsWith("VaultStorage"),
    );
  return monthlyCosts({
    "1 node `t4g.medium`": withNodes(1, "t4g.medium"),
    "3 nodes `t4g.medium`": withNodes(3, "t4g.medium"),
    "5 nodes `t4g.medium`": withNodes(5, "t4g.medium"),
    "3 nodes `m7g.large`": withNodes(3, "m7g.large"),
  });
}

/** @param counts whether the resource of a stack with this id counts */
function costsOf(
  environment: Environment,
  counts: (resource: readonly [stack: string, id: string]) => boolean = () => true,
): readonly Driver[] {
  const folder = mkdtempSync(join(tmpdir(), "costs-"));
  try {
    const stacks = synthesizeTo(join(folder, "cdktf.out"), environment);
    return costDrivers(
      stacks.map((stack) => {
        const { resource = {} }: Template = JSON.parse(readFileSync(join(stack, "cdk.tf.json"), "utf8"));
        const counted = Object.entries(resource).map(([type, blocks]) => [
          type,
          Object.fromEntries(Object.entries(blocks).filter(([id]) => counts([stack, id]))),
        ]);
        return { resource: Object.fromEntries(counted) };
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Several environments side by side. */
function monthlyCosts(environments: Readonly<Record<string, readonly Driver[]>>): string {
  const all = Object.values(environments);
  const kinds = [...new Set(all.flatMap((drivers) => drivers.map(({ what }) => what)))];
  const rows = kinds.map((what) => [
    `${what}${PRICES[what]?.source ? "" : " (not verified)"}`,
    ...all.map((drivers) => {
      const driver = drivers.find((one) => one.what === what);
      return driver ? `${driver.count} for ${shown(driver.usd)}` : "";
    }),
  ]);
  const sums = all.map((drivers) => `**${shown(drivers.reduce((sum, { usd = 0 }) => sum + usd, 0))}**`);
  return table(["what", ...Object.keys(environments)], [...rows, ["**together**", ...sums]]);
}

/** The prices that are used, and those of what costs by use. */
export function prices(): string {
  const rows = Object.entries(PRICES).map(([what, price]) => [
    what,
    `${price.usd}`,
    price.per,
    sourceOf(price),
  ]);
  const sources = Object.entries(SOURCES).map(([name, text]) => `- ${name}: ${text}.`);
  return [table([`price in ${PRICED_REGION}`, "USD", "for each", "source"], rows), "", ...sources].join("\n");
}

function sourceOf({ source, date, note }: Price): string {
  return [source ? `${source}, ${date}` : "not verified", note].filter(Boolean).join(": ");
}

function shown(usd: number | undefined): string {
  if (usd === undefined) return "?";
  return usd < 10 ? usd.toFixed(2) : usd.toFixed(0);
}
