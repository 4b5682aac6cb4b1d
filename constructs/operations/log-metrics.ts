import { CloudwatchLogMetricFilter } from "@cdktf/provider-aws/lib/cloudwatch-log-metric-filter";
import { Construct } from "constructs";
import { functionLogGroupName, type Watched, type WatchedFlowLogs } from "./watched";

export type LogMetricName = "RejectedFlows" | "BlockedNames" | "VaultFailures";

/** What Vault's Lambda extension writes when its login fails (its `main.go`), and what the secret reader throws. */
const VAULT_FAILED = '?"error logging in to Vault" ?"(vault-proxy): " ?"(vault-file): "';

/**
 * What Amazon Linux asks for by itself and does without: chrony's other source of time, and names by which cloud-init
 * finds out whether a resolver lies. No data is in them.
 */
const ASKED_BY_NODES = ["time.aws.com.", "does-not-exist.example.com.", "example.invalid.", "instance-data."];

export interface LogMetricsProps {
  readonly namePrefix: string;
  readonly region: string;
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
    if (queryLogGroupName) this.count("BlockedNames", queryLogGroupName, this.blocked());
    for (const name of vaultReaders)
      this.count("VaultFailures", functionLogGroupName(name), VAULT_FAILED, name);
  }

  /** Amazon Route 53 Developer Guide, "Values that appear in VPC Resolver query logs". */
  private blocked(): string {
    const { watched, region } = this.props;
    const searched = region === "us-east-1" ? "ec2.internal." : `${region}.compute.internal.`;
    const names = watched.vaultServer ? ASKED_BY_NODES.flatMap((name) => [name, `${name}${searched}`]) : [];
    const others = names.map((name) => ` && $.query_name != "${name}"`);
    return `{ $.firewall_rule_action = "BLOCK"${others.join("")} }`;
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
  // Between quotes, `*` is documented nowhere.
  const ours = `${octets.join(".")}.*`;
  return (
    `[version, account, interface, source = ${ours}, destination = ${ours}, sourcePort, destinationPort, protocol, ` +
    `packets, bytes, start, end, action = "REJECT", status]`
  );
}
