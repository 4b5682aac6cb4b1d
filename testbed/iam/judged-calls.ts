import type { Environment } from "../../constructs/environment";
import type { RecordedCall } from "../aws/api-calls";
import { type AccessRequest, decide, PolicyIndex } from "./decide";
import type { Deployed } from "./deployed";
import { impliedCalls } from "./implied-calls";
import { describe, Judgement } from "./judgement";
import { RECORDED } from "./needed";
import { nodeRoleArn } from "./needed/vault";
import { requestOf } from "./recorded-calls";

export interface JudgedCalls {
  /** How many calls of functions and of nodes of Vault were recorded. */
  readonly calls: number;
  /** How many more they imply. */
  readonly implied: number;
  /** How many must be refused, and were asked about. */
  readonly refused: number;
  /** What the deployed policies refuse or allow and should not, what nobody expected, and what nobody called. */
  readonly mistakes: readonly string[];
}

/** Judges the calls of functions and nodes of Vault by the deployed policies, and compares them with those needed. */
export function judgeCalls(
  recorded: readonly RecordedCall[],
  environment: Environment,
  deployed: Deployed,
): JudgedCalls {
  const judgement = new Judgement(environment, deployed);
  const index = new PolicyIndex(deployed.policies);
  const calls = recorded.flatMap((call) => requestOf(call, environment, deployed) ?? []);
  const implied = calls.flatMap((call) => impliedCalls(call, deployed));
  const made = new Set(calls.map(keyOf));
  const known = new Set(judgement.needed.map(keyOf));
  const recording = new Set([
    ...deployed.functions.map(({ roleArn }) => roleArn),
    nodeRoleArn(environment, deployed),
  ]);
  const refused = [...calls, ...implied].filter((call) => decide(index, call) !== "allowed");
  const missing = judgement.needed.filter(
    ({ by, why, ...call }) =>
      why === RECORDED && by.kind === "AWS" && recording.has(by.arn) && !made.has(keyOf({ by, ...call })),
  );
  const mistakes = [
    ...judgement.mistakes(),
    ...refused.map((call) => `a call was made that is refused: ${describe(call)}`),
    ...calls
      .filter((call) => !known.has(keyOf(call)))
      .map((call) => `nobody expected ${describe(call)}: add the call to ${NEEDED}`),
    ...missing.map(
      (call) => `nobody called ${describe(call)}: call it in the run, or correct it in ${NEEDED}`,
    ),
  ];
  return {
    calls: calls.length,
    implied: implied.length,
    refused: judgement.refused.length,
    mistakes: [...new Set(mistakes)],
  };
}

const NEEDED = "testbed/iam/needed";

/** Without the name of an object within its folder, which has a checksum or the time. */
function keyOf({ by, action, resource }: AccessRequest): string {
  return `${by.kind === "AWS" ? by.arn : ""} ${action} ${resource.replace(/^(arn:aws:s3:::.+\/).*$/, "$1")}`;
}
