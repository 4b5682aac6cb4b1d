import * as z from "zod";
import { principalArn, region } from "./aws-names";
import { database } from "./database";
import { logRetentionDays, network } from "./network";
import { passwords } from "./passwords";
import { says, section, text, wholeNumber } from "./rule";
import { secret } from "./secrets";
import { state } from "./state";
import { tags } from "./tags";
import { native, vault } from "./vault";

export const secretBackend = z.enum(["native", "vault", "both"]);

const nodeRuntime = z
  .enum(["nodejs22.x", "nodejs24.x"])
  .default("nodejs24.x")
  .meta({ description: "nodejs24.x needs AWS provider 6.19 or newer." });

const consumerRuntime = z.enum(["nodejs22.x", "nodejs24.x", "python3.12", "python3.13", "python3.14"]);

const consumer = section({
  name: text(
    /^[a-z][a-z0-9-]{0,23}$/,
    "must hold at most 24 lower-case letters, digits and hyphens",
    'write for example "orders"',
  ),
  secret: z.string().meta({ description: "Name of an entry of `secrets`; with Vault alone, of any secret." }),
  runtime: consumerRuntime.optional().meta({
    description:
      "Left out: `consumerRuntime`. A Python sample reads over HTTP and answers the names of the secret's fields.",
  }),
});

export const environmentSchema = section({
  $schema: z.string().optional(),
  backend: secretBackend.meta({
    description: "Where functions get their secrets. SECRET_BACKEND overrides it.",
  }),
  primary: z
    .enum(["native", "vault"])
    .default("native")
    .meta({ description: "With both: the backend that functions read from." }),
  fallback: z.boolean().default(false).meta({
    description:
      "With both: read from the other backend while the primary one is unavailable. For functions that run already: while Vault is unavailable none starts, because its extension ends the start.",
  }),
  native,
  vault: vault.optional().meta({ description: "Needed by the backends vault and both." }),
  account: text(
    /^\d{12}$/,
    "must be an AWS account id of 12 digits",
    'write it as a string, for example "111122223333"',
  ).meta({
    description: "The only account that Terraform may touch (allowed_account_ids).",
  }),
  region: region.default("ap-northeast-2"),
  namePrefix: text(
    /^(?!.*--)[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/,
    "must start with a letter and hold at most 20 lower-case letters, digits and single hyphens",
    'write for example "orders-dev"',
  )
    .refine(
      (prefix) => !/^(default$|sg(-|$))/.test(prefix),
      says(
        'RDS keeps "default" for itself, EC2 names that begin with "sg-"',
        'write for example "orders-dev"',
      ),
    )
    .meta({
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
  database,
  logRetentionDays: logRetentionDays.default(365),
  secretRecoveryDays: wholeNumber(0, 30)
    .refine(
      (days) => days === 0 || days >= 7,
      says("Secrets Manager keeps deleted secrets for 0 or 7 to 30 days", "write 0, 7 or 30"),
    )
    .default(30),
  secrets: z.array(secret).default([]).meta({ description: "Secrets of the native backend." }),
  rotation: section({
    runtime: nodeRuntime,
    immediately: z.boolean().default(true).meta({
      description:
        "Rotate when the rotation is created or changed. The first rotation makes the database user.",
    }),
    timeoutSeconds: wholeNumber(30, 900).default(60),
    memoryMegabytes: wholeNumber(128, 10240).default(256),
    passwords: passwords.optional(),
  }).prefault({}),
  consumers: z
    .array(consumer)
    .default([])
    .meta({ description: "Sample functions that read a secret and connect with it." }),
  consumerRuntime: nodeRuntime,
  consumerArchitecture: z.enum(["arm64", "x86_64"]).default("arm64"),
  emulator: section({
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

/** The sections of an environment that are right by themselves. */
export type Sections = Partial<z.output<typeof environmentSchema>>;
