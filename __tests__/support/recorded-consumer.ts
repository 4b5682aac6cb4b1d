import type { SecretConsumer } from "../../constructs/contracts/secret-backend";
import { account } from "./fixtures";

/** A function as the constructs see it, with what a backend did to it. */
export interface RecordedConsumer extends SecretConsumer {
  readonly variables: Record<string, string>;
  readonly layers: string[];
}

export function recordedConsumer(
  name = "app-orders",
  others: Partial<SecretConsumer> = {},
): RecordedConsumer {
  const variables: Record<string, string> = {};
  const layers: string[] = [];
  return {
    variables,
    layers,
    architecture: "arm64",
    namePrefix: "app",
    securityGroupId: "sg-lambda",
    cidrs: ["10.0.0.0/20"],
    role: { name, arn: account.roleArn(name), uniqueId: "AROAEXAMPLE" },
    allow: () => undefined,
    addVariables: (added) => void Object.assign(variables, added),
    addLayer: (arn) => void layers.push(arn),
    ...others,
  };
}
