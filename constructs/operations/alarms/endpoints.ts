import type { Watched, WatchedEndpoint } from "../watched";
import type { Alarms, Metric } from "./alarms";

/** AWS PrivateLink Guide, "CloudWatch metrics for AWS PrivateLink": the names of dimensions have spaces. */
export function endpointMetric(
  { id, vpcId, serviceName }: WatchedEndpoint,
  metricName: "PacketsDropped" | "RstPacketsReceived" | "BytesProcessed" | "NewConnections",
): Metric {
  const dimensions = {
    "Endpoint Type": "Interface",
    "Service Name": serviceName,
    "VPC Endpoint Id": id,
    "VPC Id": vpcId,
  };
  return { namespace: "AWS/PrivateLinkEndpoints", metricName, dimensions, statistic: "Sum" };
}

export function watchEndpoints(alarms: Alarms, { endpoints }: Watched): void {
  for (const [service, endpoint] of Object.entries(endpoints)) {
    alarms.add("endpointPacketsDropped", {
      of: service,
      means: `The ${service} endpoint drops packets: it or the service behind it may be unwell.`,
      metric: endpointMetric(endpoint, "PacketsDropped"),
      periods: 3,
    });
    alarms.add("endpointResets", {
      of: service,
      means: `The service behind the ${service} endpoint resets connections: it may be unwell.`,
      metric: endpointMetric(endpoint, "RstPacketsReceived"),
      periods: 3,
    });
  }
}
