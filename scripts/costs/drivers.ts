import { UNITS as HEALTH_UNITS } from "../../lambda/credential-health/contract/metrics";
import { VARIABLE as HEALTH_VARIABLE } from "../../lambda/credential-health/contract/variables";
import { NAMESPACE } from "../../lambda/embedded-metrics/contract/namespace";
import { UNITS as QUOTA_UNITS, QUOTAS } from "../../lambda/quota-monitor/contract/metrics";
import { VARIABLE as QUOTA_VARIABLE } from "../../lambda/quota-monitor/contract/variables";
import { monthly, PRICES } from "./prices";

/** The `cdk.tf.json` of a stack, parsed. */
export interface Template {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Block>>>>;
}

// biome-ignore lint/suspicious/noExplicitAny: attributes of the resource types below, as Terraform's JSON has them.
type Block = Readonly<Record<string, any>>;

/** What costs by the hour or month while it is there, used or not. */
export interface Driver {
  /** A key of `PRICES`, if AWS's price of it is known. */
  readonly what: string;
  readonly count: number;
  /** US dollars for a month. @default - the price is not known here */
  readonly usd?: number;
}

/** What costs of synthesized stacks, by kind; none that is not there. */
export function costDrivers(templates: readonly Template[]): readonly Driver[] {
  const counts = new Map<string, number>();
  for (const [what, count] of templates.flatMap(countsOf)) counts.set(what, (counts.get(what) ?? 0) + count);
  return [...counts].flatMap(([what, count]) => {
    const price = PRICES[what];
    const unit = price && monthly(price);
    if (count === 0) return [];
    return [{ what, count, ...(unit !== undefined && { usd: unit * count }) }];
  });
}

type Count = readonly [what: string, count: number];

function countsOf({ resource = {} }: Template): readonly Count[] {
  const of = (type: string) => Object.values(resource[type] ?? {});
  const alarms = of("aws_cloudwatch_metric_alarm").flatMap(metricsOf);
  const volumes = [
    ...of("aws_ebs_volume").map(({ size }) => size),
    ...of("aws_instance").map((one) => one.root_block_device.volume_size),
  ];
  return [
    ...Object.values(resource.aws_rds_cluster_instance ?? {}).map((one) =>
      capacityOf(one, resource.aws_rds_cluster ?? {}),
    ),
    ...of("aws_instance").map(({ instance_type }): Count => [`machine ${instance_type}`, 1]),
    ["GiB of a gp3 volume", volumes.reduce((sum, size) => sum + size, 0)],
    ["interface endpoint, in each zone", endpointsIn(of("aws_vpc_endpoint"))],
    ["network load balancer", of("aws_lb").length],
    ["KMS key", of("aws_kms_key").length],
    ["secret", of("aws_secretsmanager_secret").length],
    ["private zone", of("aws_route53_zone").length],
    ["metric of an alarm", alarms.length],
    ["custom metric", customMetrics(of, alarms)],
    ["dashboard, beyond three in the account", of("aws_cloudwatch_dashboard").length],
  ];
}

/** A serverless instance costs its cluster's capacity, at least the smallest. */
function capacityOf(
  { instance_class, cluster_identifier }: Block,
  clusters: Readonly<Record<string, Block>>,
): Count {
  if (instance_class !== "db.serverless") return [`Aurora instance ${instance_class}`, 1];
  const id = /^\$\{aws_rds_cluster\.([\w-]+)\.id\}$/.exec(cluster_identifier)?.[1] ?? "";
  return ["Aurora capacity unit", clusters[id]?.serverlessv2_scaling_configuration.min_capacity];
}

function endpointsIn(endpoints: readonly Block[]): number {
  return endpoints
    .filter(({ vpc_endpoint_type }) => vpc_endpoint_type === "Interface")
    .reduce((sum, { subnet_ids }) => sum + subnet_ids.length, 0);
}

/** Those that functions publish at most, that filters make of logs, and that nodes tell, which alarms watch all. */
function customMetrics(of: (type: string) => readonly Block[], watched: readonly string[]): number {
  const filtered = of("aws_cloudwatch_log_metric_filter").map(
    ({ metric_transformation: { name, namespace } }) => keyOf({ namespace, metric_name: name }),
  );
  const others = watched.filter((key) => !key.startsWith("AWS/") && !key.startsWith(`${NAMESPACE} `));
  const published = of("aws_lambda_function").map(publishedBy);
  return new Set([...filtered, ...others]).size + published.reduce((sum, count) => sum + count, 0);
}

function publishedBy({ environment }: Block): number {
  const variables = environment?.variables ?? {};
  if (HEALTH_VARIABLE.secrets in variables) return Object.keys(HEALTH_UNITS).length;
  if (QUOTA_VARIABLE.vpcId in variables) return Object.keys(QUOTAS).length * Object.keys(QUOTA_UNITS).length;
  return 0;
}

/** Each metric, with its dimensions, is one that AWS counts. */
function metricsOf(alarm: Block): readonly string[] {
  const queried = (alarm.metric_query ?? []).flatMap(({ metric }: Block) => metric ?? []);
  return (queried.length > 0 ? queried : [alarm]).map(keyOf);
}

function keyOf({ namespace, metric_name, dimensions }: Block): string {
  return `${namespace} ${metric_name} ${JSON.stringify(dimensions)}`;
}
