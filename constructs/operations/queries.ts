import { CloudwatchQueryDefinition } from "@cdktf/provider-aws/lib/cloudwatch-query-definition";
import { Construct } from "constructs";
import { functionLogGroupName, type Watched } from "./watched";

export interface QueriesProps {
  /** Folder of the queries in the console of Logs Insights. */
  readonly namePrefix: string;
  readonly watched: Watched;
}

/** When each secret was rotated last, of the rotation functions' logs. */
export const LAST_ROTATIONS = [
  'filter step = "finishSecret" and level = "info"',
  "stats max(@timestamp) as rotated by secretArn",
  "sort rotated",
];

/**
 * What Lambda says of a process that it ended, out of time or memory or while it started. Such a process has written
 * nothing itself (AWS Lambda Developer Guide, "Troubleshoot execution issues in Lambda" and "Understanding the Lambda
 * execution environment lifecycle").
 */
const ENDED_BY_LAMBDA = "Task timed out|Runtime exited|Runtime\\.[A-Z]|INIT_REPORT.*(error|timeout)";

/** Failures, in the function's words or in Lambda's. */
const FAILED = [
  `filter level = "error" or @message like /${ENDED_BY_LAMBDA}/`,
  "fields coalesce(message, @message) as said",
];

/** Saved queries of CloudWatch Logs Insights over what is deployed. */
export class Queries extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: QueriesProps,
  ) {
    super(scope, id);
    const { rotationFunctions, flowLogs } = props.watched;
    const rotationLogs = Object.values(rotationFunctions).map(({ name }) => functionLogGroupName(name));
    if (rotationLogs.length > 0) {
      this.add("last-rotations", rotationLogs, LAST_ROTATIONS);
      this.add("failures", rotationLogs, [
        ...FAILED,
        "display @timestamp, step, secretArn, error, said",
        "sort @timestamp desc",
        "limit 50",
      ]);
      this.add("failures-by-step", rotationLogs, [
        ...FAILED,
        "stats count(*) as failures, latest(said) as newest by step, secretArn",
        "sort failures desc",
      ]);
    }
    if (flowLogs)
      this.add(
        "rejected-flows",
        [flowLogs.logGroupName],
        [
          `filter action = "REJECT" and isIpv4InSubnet(srcAddr, "${flowLogs.cidr}")`,
          "stats count(*) as records by interfaceId, srcAddr, dstAddr, dstPort",
          "sort records desc",
        ],
      );
  }

  private add(name: string, logGroupNames: string[], lines: readonly string[]): void {
    new CloudwatchQueryDefinition(this, name, {
      name: `${this.props.namePrefix}/${name}`,
      logGroupNames,
      queryString: lines.join("\n| "),
    });
  }
}
