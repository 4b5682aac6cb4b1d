import { service } from "../../../../../testbed/iam/callers";
import type { RefusedCall, Requests } from "./requests";

/** What watches, and the services that act for it. */
export function byOperations({
  named,
  orders,
  billing,
  certificate,
  superuser,
  call,
  secret,
  fn,
  trust,
  deployed,
}: Requests): readonly RefusedCall[] {
  return [
    ["a health function puts a value", secret(named("main-health"), "PutSecretValue", orders)],
    ["a health function reads a superuser", secret(named("main-health"), "GetSecretValue", superuser)],
    [
      "a health function reads another database's secret",
      secret(named("main-health"), "GetSecretValue", billing),
    ],
    [
      "a health function reads the certificate of the Vault server",
      secret(named("main-health"), "GetSecretValue", certificate),
    ],
    [
      "a health function speaks for another source",
      call(named("main-health"), "events:PutEvents", deployed.arn("events", "event-bus/default"), {
        "events:source": "aws.secretsmanager",
        "events:detail-type": "Lambda Function Invocation Result - Success",
      }),
    ],
    ["the quota monitor reads a secret", secret(named("quota-monitor"), "GetSecretValue", orders)],
    ["the quota monitor describes a secret", secret(named("quota-monitor"), "DescribeSecret", orders)],
    [
      "the quota monitor asks for more quota",
      call(
        named("quota-monitor"),
        "servicequotas:RequestServiceQuotaIncrease",
        deployed.arn("servicequotas", "vpc/L-29B6F2EB"),
      ),
    ],
    [
      "the schedules' role calls a function that reads secrets",
      call(named("schedules"), "lambda:InvokeFunction", fn("orders")),
    ],
    [
      "a schedule of another account takes the schedules' role on",
      trust(service("scheduler.amazonaws.com"), "schedules", {
        "aws:SourceAccount": "999999999999",
        "aws:SourceArn": `arn:aws:scheduler:${deployed.region}:999999999999:schedule-group/default`,
      }),
    ],
    [
      "flow logs of another account take the role on",
      trust(service("vpc-flow-logs.amazonaws.com"), "flow-logs", {
        "aws:SourceAccount": "999999999999",
        "aws:SourceArn": `arn:aws:ec2:${deployed.region}:999999999999:vpc-flow-log/fl-1`,
      }),
    ],
    ["EC2 takes a function's role on", trust(service("ec2.amazonaws.com"), "orders")],
  ];
}
