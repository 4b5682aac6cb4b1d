import { CloudwatchLogMetricFilter } from "@cdktf/provider-aws/lib/cloudwatch-log-metric-filter";
import { Construct } from "constructs";
import type { Watched, WatchedFlowLogs } from "./watched";

export type LogMetricName = "RejectedFlows" | "BlockedNames";

export interface LogMetricsProps {
  readonly namePrefix: string;
  readonly watched: Watched;
}

/** Namespace of the metrics that come from an environment's logs. */
export function logMetricNamespace(namePrefix: string): string {
  return `LambdaSecrets/${namePrefix}`;
}

/** Counts, in the logs of a VPC, what should not be there. */
export class LogMetrics extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: LogMetricsProps,
  ) {
    super(scope, id);
    const { flowLogs, queryLogGroupName } = props.watched;
    if (flowLogs) this.count("RejectedFlows", flowLogs.logGroupName, rejectedWithin(flowLogs));
    if (queryLogGroupName)
      // Amazon Route 53 Developer Guide, "Values that appear in VPC Resolver query logs".
      this.count("BlockedNames", queryLogGroupName, '{ $.firewall_rule_action = "BLOCK" }');
  }

  private count(name: LogMetricName, logGroupName: string, pattern: string): void {
    const { namePrefix } = this.props;
    new CloudwatchLogMetricFilter(this, name, {
      name: `${namePrefix}-${name}`,
      logGroupName,
      pattern,
      metricTransformation: {
        name,
        namespace: logMetricNamespace(namePrefix),
        value: "1",
        defaultValue: "0",
      },
    });
  }
}

/**
 * Records of the default format (Amazon VPC User Guide, "Flow log records") whose both addresses are in the VPC. A
 * pattern knows no blocks, but beginnings of words: it takes those octets that all addresses of the VPC have.
 */
function rejectedWithin({ cidr }: WatchedFlowLogs): string {
  const [address = "", bits = "0"] = cidr.split("/");
  const octets = address.split(".").slice(0, Math.floor(Number(bits) / 8));
  const ours = `"${octets.join(".")}.*"`;
  return (
    `[version, account, interface, source = ${ours}, destination = ${ours}, sourcePort, destinationPort, protocol, ` +
    `packets, bytes, start, end, action = "REJECT", status]`
  );
}
