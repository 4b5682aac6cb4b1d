import { randomUUID } from "node:crypto";
import type { Json } from "../aws/aws-protocol";

export interface InvocationEventOptions {
  readonly functionArn: string;
  /** What the function answered. */
  readonly answer: unknown;
  readonly time?: Date;
}

/**
 * What the event bus gets of a function that it is the destination of, when a call succeeded (AWS Lambda Developer
 * Guide, "Capturing records of Lambda asynchronous invocations").
 */
export function invocationEvent({ functionArn, answer, time = new Date() }: InvocationEventOptions): Json {
  const [, , , region, account] = functionArn.split(":");
  const at = time.toISOString().replace(/\.\d+Z$/, "Z");
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Lambda Function Invocation Result - Success",
    source: "lambda",
    account,
    time: at,
    region,
    resources: [`${functionArn}:$LATEST`],
    detail: {
      version: "1.0",
      timestamp: time.toISOString(),
      requestContext: {
        requestId: randomUUID(),
        functionArn: `${functionArn}:$LATEST`,
        condition: "Success",
        approximateInvokeCount: 1,
      },
      requestPayload: {},
      responseContext: { statusCode: 200, executedVersion: "$LATEST" },
      responsePayload: answer,
    },
  };
}
