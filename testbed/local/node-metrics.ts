import { NODE_METRICS, NODE_NAMESPACE, nodeDimensions } from "../../constructs/vault/server/node/metrics";
import { unsignedHeaders } from "../aws/aws-protocol";
import type { Datum } from "../operations/metrics";
import type { SandboxNode } from "../vault/sandbox-node";

export interface NodeMetricsOptions {
  readonly endpoint: string;
  readonly region: string;
  /** Name under which the nodes tell metrics. */
  readonly cluster: string;
}

/**
 * Has each node tell CloudWatch how it is, as its timer does every minute. Gives what CloudWatch then has of it: of
 * each metric the lowest and the highest value.
 */
export async function toldByNodes(
  nodes: readonly SandboxNode[],
  { endpoint, region, cluster }: NodeMetricsOptions,
): Promise<readonly Datum[]> {
  const since = Date.now() / 1000;
  await Promise.all(nodes.map((node) => node.run("metrics")));
  const dimensions = nodeDimensions(cluster);
  const of = { namespace: NODE_NAMESPACE, dimensions };
  const told = Object.keys(NODE_METRICS).map(async (metricName) => {
    const response = await fetch(endpoint, {
      method: "POST",
      headers: {
        ...unsignedHeaders(region, "monitoring"),
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "GraniteServiceVersion20100801.GetMetricStatistics",
      },
      body: JSON.stringify({
        Namespace: NODE_NAMESPACE,
        MetricName: metricName,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        StartTime: since,
        EndTime: since + 3_600,
        Period: 3_600,
        Statistics: ["Minimum", "Maximum"],
      }),
    });
    if (!response.ok) throw new Error(`the metric ${metricName} cannot be read: HTTP ${response.status}`);
    const { Datapoints: points } = (await response.json()) as {
      Datapoints: readonly { Minimum: number; Maximum: number }[];
    };
    return points.flatMap(({ Minimum, Maximum }) => [
      { ...of, metricName, value: Minimum },
      { ...of, metricName, value: Maximum },
    ]);
  });
  return (await Promise.all(told)).flat();
}
