import * as z from "zod";
import { SERVER_VERSIONS } from "../../vault/server/created/versions";
import { BAKED_BINARY, BAKED_PLUGINS } from "../../vault/server/node/vault-node";
import { principalArn, secretArn, securityGroupId } from "../values/aws";
import { distinct, message, settings, text, wholeNumber } from "../values/format";

const sha256 = text(
  /^[0-9a-f]{64}$/,
  "must be a SHA-256: 64 hexadecimal digits in lower case",
  "copy the one that `npm run vault:artifact` prints, or `sha256sum` of the program",
).describe("Of the program, not of the zip file that it came in.");

const plugins = z
  .array(
    settings({
      name: text(
        /^[a-z0-9][a-z0-9-]*$/,
        "must hold lower-case letters, digits and hyphens",
        'write for example "openbao-plugin-auth-aws"',
      ).describe("Name of the program. OpenBao has openbao-plugin-auth-aws as its auth method aws."),
      sha256,
    }),
  )
  .default([]);

const binary = z.discriminatedUnion("kind", [
  settings({
    kind: z.literal("artifact"),
    sha256,
    plugins: plugins.describe(
      "Plugins of the server, which come with it. OpenBao needs openbao-plugin-auth-aws.",
    ),
  }).describe("Programs in the environment's bucket, where `vault:artifact` puts them."),
  settings({
    kind: z.literal("ami"),
    imageId: text(
      /^ami-[0-9a-f]{8,17}$/,
      "must be the id of a machine image",
      'write for example "ami-0a1b2c3d4e5f67890"',
    ).describe("An image for arm64, made of Amazon Linux 2023."),
    plugins: plugins.describe(
      `Plugins that the image has in ${BAKED_PLUGINS}. OpenBao needs openbao-plugin-auth-aws.`,
    ),
  }).describe(`An image of yours that has the program at ${BAKED_BINARY}.`),
]);

const endpoints = z.discriminatedUnion("kind", [
  settings({ kind: z.literal("created") }).describe(
    "Made here: STS and Secrets Manager for the nodes alone; KMS, SSM, SSM messages, logs, monitoring and the S3 " +
      "gateway for the VPC, whose policies pass what the nodes do and nothing else.",
  ),
  settings({
    kind: z.literal("adopted"),
    securityGroupIds: distinct(securityGroupId, "security groups must differ", "remove the repeated group")
      .min(1, message("endpoints have at least one security group", "name the endpoints' security groups"))
      .describe("Of the endpoints; a rule is added to each."),
  }).describe(
    "Those that the VPC has: STS, KMS, SSM, SSM messages, logs, monitoring and Secrets Manager with private DNS, " +
      "and the S3 gateway.",
  ),
]);

/** A Vault server that is made with the environment. */
export const createdServer = settings({
  kind: z.literal("created"),
  software: z
    .enum(["vault", "openbao"])
    .default("vault")
    .describe(
      "vault: HashiCorp Vault, under the Business Source License 1.1. openbao: OpenBao, under the MPL 2.0.",
    ),
  version: text(
    /^\d+\.\d+\.\d+$/,
    "must be an exact version",
    `write for example "${SERVER_VERSIONS.vault.usual}"`,
  )
    .optional()
    .describe(
      `Of the program. Left out: ${SERVER_VERSIONS.vault.usual} of Vault, ${SERVER_VERSIONS.openbao.usual} of OpenBao.`,
    ),
  operators: distinct(principalArn, "operators must differ", "remove the repeated operator")
    .default([])
    .describe(
      "ARNs of the IAM roles and users that log in as operators, as Terraform does. OpenBao needs them: it " +
        "initialises itself. With Vault, left out: whoever runs `vault:init`. Once it is initialised, write later " +
        "changes to `auth/operators/role/operator`, too.",
    ),
  binary: binary.describe("Where a node has the program from."),
  nodes: z
    .literal([1, 3, 5], message("must be 1, 3 or 5", "write 3, which survives the loss of one node"))
    .default(3)
    .describe("3 survive the loss of one node, 5 of two. 1 is for development."),
  instanceType: text(
    /^[a-z]+\d+g[a-z]*\.\w+$/,
    "must be an instance type of arm64 (Graviton)",
    'write for example "t4g.medium"',
  )
    .default("t4g.medium")
    .describe("Of the nodes."),
  volumeGib: wholeNumber(10, 1000).default(20).describe("Size of each node's data volume."),
  hostname: text(
    /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*$/,
    "must be a host name in lower case with at least two parts",
    'write for example "vault.example.internal"',
  )
    .optional()
    .describe("Name in the VPC; a private zone is made for it. Left out: vault.<namePrefix>.internal."),
  certificateSecretArn: secretArn
    .optional()
    .describe(
      "Secret with a certificate of yours, not below `<namePrefix>/`: `certificate`, `key` and `authority`, each " +
        "PEM. Left out: the one that `vault:tls` makes.",
    ),
  certificateAuthorityFile: z
    .string()
    .optional()
    .describe(
      "Needed with certificateSecretArn: PEM file, relative to this file, of the private authority that signed it.",
    ),
  endpoints: endpoints
    .optional()
    .describe("How nodes reach AWS. Left out: created. An adopted VPC has to say which."),
  snapshots: settings({
    schedule: text(
      /^[\w*:,./~ -]+$/,
      "must be a calendar event of systemd.time(7)",
      'write for example "*-*-* *:15:00"',
    )
      .default("*-*-* *:15:00")
      .describe("When the leader takes one, in UTC, as systemd.time(7) writes it."),
    retentionDays: wholeNumber(1, 3650).default(30).describe("How long one is kept."),
  })
    .prefault({})
    .describe("Snapshots of all data, in an encrypted bucket."),
  deletionProtection: z
    .boolean()
    .default(true)
    .describe("Refuse to destroy the keys, the bucket, the data and the load balancer."),
}).describe("A Vault server made here: nodes, endpoints, load balancer. It costs money by the hour.");
