import type { Value } from "../plan/values";
import type { Rule } from "./rule";
import { guarded, list } from "./support";

const ALARMS = ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"];
const ACTIONS = ["alarm_actions", "ok_actions", "insufficient_data_actions"];

export const alarmActs: Rule = {
  id: "R29",
  title: "An alarm does more than tell",
  resource: (change) =>
    guarded(
      change,
      ACTIONS.map((attribute) => ({
        types: ALARMS,
        attribute,
        severity: "high",
        isWorse: acts,
        what: "the alarm does more than tell",
        alsoNew: true,
        from: ["aws_sns_topic", "aws_sns_topic_policy"],
      })),
    ),
};

function acts(before: Value, after: Value): boolean {
  const news = list(after).filter((one) => !list(before).includes(one));
  return news.some((one) => !/^arn:[\w-]+:sns:/.test(String(one)));
}
