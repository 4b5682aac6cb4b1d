import * as z from "zod";
import { topicArn } from "../../values/aws";
import { message, settings } from "../../values/format";

const subscription = settings({
  protocol: z.enum(["email", "https", "lambda", "sqs"]).describe("How the message gets there."),
  endpoint: z
    .string()
    .min(1, message("must name who gets the messages", "write an address, a URL or an ARN"))
    .describe("Address, URL or ARN. AWS asks whoever has the address to confirm."),
});

export const notifications = z
  .discriminatedUnion("kind", [
    settings({
      kind: z.literal("created"),
      subscriptions: z.array(subscription).default([]).describe("Who gets the messages."),
    }).describe("A topic made by this project, encrypted with a key of its own."),
    settings({
      kind: z.literal("adopted"),
      topicArn: topicArn.describe("EventBridge and CloudWatch must be allowed to publish to it."),
    }).describe("An existing SNS topic."),
  ])
  .prefault({ kind: "created" })
  .describe("Where messages go.");
