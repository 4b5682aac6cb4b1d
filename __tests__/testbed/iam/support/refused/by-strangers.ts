import { STRANGER, service } from "../../../../../testbed/iam/callers";
import type { RefusedCall, Requests } from "./requests";

/** Other accounts, services on behalf of them, and whoever IAM lets do anything in this one. */
export function byStrangers({
  account,
  anybody,
  orders,
  superuser,
  endpoint,
  key,
  bucket,
  viaSecrets,
  call,
  secret,
  fn,
  trust,
  sealKey,
  topic,
  deployed,
}: Requests): readonly RefusedCall[] {
  return [
    ["another account reads a secret", secret(STRANGER, "GetSecretValue", orders)],
    [
      "another account reads a secret from inside the VPC",
      secret(STRANGER, "GetSecretValue", orders, {}, { through: endpoint }),
    ],
    ["another account decrypts with the secrets' key", call(STRANGER, "kms:Decrypt", key, viaSecrets)],
    ["another account publishes to the topic", call(STRANGER, "sns:Publish", topic)],
    ["another account takes a function's role on", trust(STRANGER, "orders")],
    [
      "another account's alarms publish to the topic",
      call(service("cloudwatch.amazonaws.com"), "sns:Publish", topic, {
        "aws:SourceAccount": "999999999999",
        "aws:SourceArn": `arn:aws:cloudwatch:${deployed.region}:999999999999:alarm:x`,
      }),
    ],
    [
      "Secrets Manager calls a rotation function for another account",
      call(service("secretsmanager.amazonaws.com"), "lambda:InvokeFunction", fn("main-rotation"), {
        "aws:SourceAccount": "999999999999",
      }),
    ],
    [
      "EventBridge calls a rotation function",
      call(service("events.amazonaws.com"), "lambda:InvokeFunction", fn("main-rotation"), {
        "aws:SourceAccount": account,
      }),
    ],
    ["somebody decrypts with the secrets' key directly", call(anybody, "kms:Decrypt", key)],
    [
      "somebody decrypts with the secrets' key through S3",
      call(anybody, "kms:Decrypt", key, { "kms:ViaService": `s3.${deployed.region}.amazonaws.com` }),
    ],
    ["somebody decrypts with the key that unseals Vault", call(anybody, "kms:Decrypt", sealKey)],
    [
      "somebody gives a grant for a database's key to a person",
      call(anybody, "kms:CreateGrant", String(superuser.keyArn), {
        "kms:ViaService": `rds.${deployed.region}.amazonaws.com`,
        "kms:GrantIsForAWSResource": "false",
      }),
    ],
    [
      "somebody reads a snapshot of Vault without TLS",
      call(anybody, "s3:GetObject", `${bucket}/snapshots/1.snap`, { "aws:SecureTransport": "false" }),
    ],
  ];
}
