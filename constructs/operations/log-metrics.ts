import { CloudwatchLogMetricFilter } from "@cdktf/provider-aws/lib/cloudwatch-log-metric-filter";
import { Construct } from "constructs";
import { functionLogGroupName, type Watched, type WatchedFlowLogs } from "./watched";

export type LogMetricName = "RejectedFlows" | "BlockedNames" | "VaultFailures";

/** What Vault's Lambda extension writes when its login fails (its `main.go`), and what the secret reader throws. */
const VAULT_FAILED = '?"error logging in to Vault" ?"(vault-proxy): " ?"(vault-file): "';

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
    const { flowLogs, queryLogGroupName, vaultReaders } = props.watched;
    if (flowLogs) this.count("RejectedFlows", flowLogs.logGroupName, rejectedWithin(flowLogs));
    if (queryLogGroupName)
      // Amazon Route 53 Developer Guide, "Values that appear in VPC Resolver query logs".
      this.count("BlockedNames", queryLogGroupName, '{ $.firewall_rule_action = "BLOCK" }');
    for (const name of vaultReaders)
      this.count("VaultFailures", functionLogGroupName(name), VAULT_FAILED, name);
  }

  /** @param of which of several log groups it is. */
  private count(name: LogMetricName, logGroupName: string, pattern: string, of?: string): void {
    const { namePrefix } = this.props;
    new CloudwatchLogMetricFilter(this, [name, of].filter(Boolean).join("-"), {
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
