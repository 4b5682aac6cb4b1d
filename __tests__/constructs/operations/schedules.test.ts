import { Schedules } from "../../../constructs/operations/schedules";
import { account } from "../../support/fixtures";
import { synthesize } from "../../support/template";

const functionArn = account.arn("lambda", "function:app-main-health");
const { template } = synthesize((scope) => {
  const schedules = new Schedules(scope, "Schedules", { account, namePrefix: "app" });
  const scheduled = { function: { name: "app-main-health", functionArn }, expression: "rate(1 day)" };
  schedules.add({ ...scheduled, event: { secrets: ["orders"] } });
});

test("calls the function with the event", () => {
  const { target, schedule_expression } = template.resource("aws_scheduler_schedule");
  expect(schedule_expression).toBe("rate(1 day)");
  expect(target).toMatchObject({ arn: functionArn, input: '{"secrets":["orders"]}' });
});

test("may call the scheduled functions and do nothing else", () => {
  expect(template.statements(template.resource("aws_iam_role_policy").policy)).toEqual([
    { sid: "CallFunctions", actions: ["lambda:InvokeFunction"], resources: [functionArn] },
  ]);
});

test("is trusted to EventBridge Scheduler for this account's schedules only", () => {
  expect(template.statements(template.resource("aws_iam_role").assume_role_policy)).toEqual([
    {
      actions: ["sts:AssumeRole"],
      principals: [{ type: "Service", identifiers: ["scheduler.amazonaws.com"] }],
      condition: [
        { test: "StringEquals", variable: "aws:SourceAccount", values: [account.id] },
        {
          test: "ArnEquals",
          variable: "aws:SourceArn",
          values: [account.arn("scheduler", "schedule-group/default")],
        },
      ],
    },
  ]);
});
