import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../../constructs/environment";
import type { Stack } from "../deploy/stacks";

/** What AWS charges by the hour or the month, by resource type. The documents have the prices. */
const CHARGED: Readonly<Record<string, string>> = {
  aws_rds_cluster_instance: "Aurora instances",
  aws_instance: "EC2 instances",
  aws_lb: "load balancers",
  aws_kms_key: "KMS keys",
  aws_secretsmanager_secret: "secrets",
  aws_cloudwatch_metric_alarm: "alarms",
};

/** What a proof will do to which account, and what of it costs. */
export function announcement(
  { name, account, region, network }: Environment,
  stacks: readonly Stack[],
  destroy: boolean,
): string {
  const templates = stacks.map(({ folder }) => resourcesOf(join(folder, "cdk.tf.json")));
  const count = (type: string) => templates.reduce((sum, one) => sum + one(type).length, 0);
  const endpoints = templates.flatMap((one) => one("aws_vpc_endpoint")).filter(isInterface);
  const zones = network.kind === "created" ? network.zones.length : network.subnetIds.length;
  const charged = [
    ...Object.entries(CHARGED).map(([type, what]) => [count(type), what] as const),
    [endpoints.length, `interface endpoints in ${zones} zones`] as const,
  ].filter(([number]) => number > 0);
  return [
    `In the account ${account ?? "of your credentials"}, region ${region}: deploys the environment ${name}, rotates`,
    `each of its secrets at least twice, and ${destroy ? "destroys it in the end" : "leaves it deployed"}.`,
    `What costs while it is there: ${charged.map(([number, what]) => `${number} ${what}`).join(", ")}.`,
    "If it is in service already: whoever keeps a password longer than two rotations is refused.",
    "docs/operations.md#cost and docs/vault-server.md#what-it-costs have the prices.",
  ].join("\n");
}

type Resources = readonly Readonly<Record<string, unknown>>[];

function resourcesOf(file: string): (type: string) => Resources {
  const { resource = {} } = JSON.parse(readFileSync(file, "utf8")) as {
    resource?: Record<string, Record<string, Record<string, unknown>>>;
  };
  return (type) => Object.values(resource[type] ?? {});
}

function isInterface({ vpc_endpoint_type: type }: Readonly<Record<string, unknown>>): boolean {
  return type === "Interface";
}
