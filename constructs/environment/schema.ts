import * as z from "zod";
import { backends } from "./sections/backends";
import { ci } from "./sections/ci";
import { databases } from "./sections/database";
import { lambdaFunction } from "./sections/function";
import { native } from "./sections/native";
import { network } from "./sections/network";
import { operations } from "./sections/operations";
import { rotation } from "./sections/rotation";
import { secret } from "./sections/secret";
import { state } from "./sections/state";
import { tags } from "./sections/tags";
import { vault } from "./sections/vault";
import { managedPolicyArn, namePrefix, principalArn, region } from "./values/aws";
import { logRetentionDays, secretRecoveryDays } from "./values/days";
import { settings, text } from "./values/format";

/** An environment file. */
export const environmentSchema = settings({
  $schema: z.string().optional().describe("schema.json, for editors."),
  backends,
  fallback: z
    .boolean()
    .default(false)
    .describe(
      "With two backends: read from the second while the first is unavailable. For functions that run " +
        "already: while Vault is unavailable none starts, because its extension ends the start.",
    ),
  native,
  vault: vault.optional().describe("Needed by the backend vault."),
  account: text(
    /^\d{12}$/,
    "must be an AWS account id of 12 digits",
    'write it as a string, for example "111122223333"',
  ).describe("The only account that Terraform may touch (allowed_account_ids)."),
  region: region.default("ap-northeast-2").describe("Region of everything but, where it says so, the state."),
  namePrefix: namePrefix.describe(
    'First part of every name; changing it replaces everything. Neither "default" nor beginning with "sg-".',
  ),
  tags,
  state,
  deployers: z
    .array(principalArn)
    .default([])
    .describe(
      "Who may delete, rotate, replicate or write secrets, or change their tags. Empty: whoever IAM allows.",
    ),
  planners: z
    .array(principalArn)
    .default([])
    .describe(
      "Who plans and must not read passwords: of each secret they may read the version that has none, and no other.",
    ),
  permissionsBoundaryArn: managedPolicyArn
    .optional()
    .describe(
      "ARN of the managed policy that is the permissions boundary of every role and user that the environment " +
        "makes. Left out: none.",
    ),
  network,
  databases,
  logRetentionDays: logRetentionDays
    .default(365)
    .describe("How long CloudWatch Logs keeps logs of functions, databases and network."),
  secretRecoveryDays: secretRecoveryDays
    .default(30)
    .describe("How long a deleted secret can be restored: 0, or 7 to 30 days."),
  secrets: z.array(secret).default([]).describe("Secrets of the native backend."),
  rotation,
  functions: z
    .array(lambdaFunction)
    .default([])
    .describe("Lambda functions of yours, without a way to the internet, and the secrets that each reads."),
  operations,
  ci,
  emulator: settings({
    endpoint: text(
      /^http:\/\/(127\.0\.0\.1|localhost):\d{1,5}$/,
      "must be http://127.0.0.1:port: whatever answers there is believed in AWS's place",
      'write for example "http://127.0.0.1:5000"',
    ).describe("http://127.0.0.1:port."),
  })
    .optional()
    .describe("Local runs only: the AWS emulator."),
  providerVersion: text(/^\d+\.\d+\.\d+$/, "must be an exact version", 'write for example "5.100.0"')
    .optional()
    .describe("With emulator only: use this AWS provider version instead of the pinned one."),
});

/** JSON Schema of an environment file, for editors. */
export function environmentJsonSchema(): unknown {
  return z.toJSONSchema(environmentSchema, { io: "input" });
}
