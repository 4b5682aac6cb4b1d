import * as z from "zod";
import { backends } from "./sections/backends";
import { databases } from "./sections/database";
import { lambdaFunction } from "./sections/function";
import { native } from "./sections/native";
import { network } from "./sections/network";
import { rotation } from "./sections/rotation";
import { secret } from "./sections/secret";
import { state } from "./sections/state";
import { tags } from "./sections/tags";
import { vault } from "./sections/vault";
import { namePrefix, principalArn, region } from "./values/aws";
import { logRetentionDays, secretRecoveryDays } from "./values/days";
import { settings, text } from "./values/format";

/** An environment file. */
export const environmentSchema = settings({
  $schema: z.string().optional(),
  backends,
  fallback: z.boolean().default(false).meta({
    description:
      "With two backends: read from the second while the first is unavailable. For functions that run already: while Vault is unavailable none starts, because its extension ends the start.",
  }),
  native,
  vault: vault.optional().meta({ description: "Needed by the backend vault." }),
  account: text(
    /^\d{12}$/,
    "must be an AWS account id of 12 digits",
    'write it as a string, for example "111122223333"',
  ).meta({ description: "The only account that Terraform may touch (allowed_account_ids)." }),
  region: region.default("ap-northeast-2"),
  namePrefix: namePrefix.meta({
    description:
      'First part of every name; changing it replaces everything. Neither "default" nor beginning with "sg-".',
  }),
  tags,
  state,
  deployers: z
    .array(principalArn)
    .default([])
    .meta({ description: "Who may delete secrets or change their tags. Empty: whoever IAM allows." }),
  network,
  databases,
  logRetentionDays: logRetentionDays.default(365),
  secretRecoveryDays: secretRecoveryDays.default(30),
  secrets: z.array(secret).default([]).meta({ description: "Secrets of the native backend." }),
  rotation,
  functions: z.array(lambdaFunction).default([]).meta({
    description: "Lambda functions of yours, without a way to the internet, and the secrets that each reads.",
  }),
  emulator: settings({
    endpoint: text(
      /^http:\/\/(127\.0\.0\.1|localhost):\d{1,5}$/,
      "must be http://127.0.0.1:port: whatever answers there is believed in AWS's place",
      'write for example "http://127.0.0.1:5000"',
    ),
  })
    .optional()
    .meta({ description: "Local runs only: address of the AWS emulator." }),
  providerVersion: text(/^\d+\.\d+\.\d+$/, "must be an exact version", 'write for example "5.100.0"')
    .optional()
    .meta({ description: "With emulator only: use this AWS provider version instead of the pinned one." }),
});

/** JSON Schema of an environment file, for editors. */
export function environmentJsonSchema(): unknown {
  return z.toJSONSchema(environmentSchema, { io: "input" });
}
