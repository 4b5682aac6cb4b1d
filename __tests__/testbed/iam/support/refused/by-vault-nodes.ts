import type { RefusedCall, Requests } from "./requests";

/** What a node of the Vault server would try. */
export function byVaultNodes({
  named,
  orders,
  certificate,
  superuser,
  bucket,
  call,
  secret,
  trust,
  sealKey,
  deployed,
  namePrefix,
}: Requests): readonly RefusedCall[] {
  return [
    [
      "a Vault node reads a snapshot",
      call(named("vault-node"), "s3:GetObject", `${bucket}/snapshots/1.snap`),
    ],
    [
      "a Vault node deletes a snapshot",
      call(named("vault-node"), "s3:DeleteObject", `${bucket}/snapshots/1.snap`),
    ],
    [
      "a Vault node writes a program",
      call(named("vault-node"), "s3:PutObject", `${bucket}/vault-server/server`),
    ],
    [
      "a Vault node lists programs",
      call(named("vault-node"), "s3:ListBucket", bucket, { "s3:prefix": "vault-server/" }),
    ],
    ["a Vault node reads a secret of a database", secret(named("vault-node"), "GetSecretValue", orders)],
    ["a Vault node reads a superuser", secret(named("vault-node"), "GetSecretValue", superuser)],
    ["a Vault node writes its certificate", secret(named("vault-node"), "PutSecretValue", certificate)],
    [
      "a Vault node reads the recovery shares",
      secret(named("vault-node"), "GetSecretValue", {
        name: "recovery",
        arn: certificate.arn.replace("certificate", "recovery"),
      }),
    ],
    [
      "a Vault node looks up a role",
      call(named("vault-node"), "iam:GetRole", deployed.roleArn(`${namePrefix}-orders`)),
    ],
    ["a Vault node takes a function's role on", trust(named("vault-node"), "orders")],
    [
      "a Vault node publishes metrics of another kind",
      call(named("vault-node"), "cloudwatch:PutMetricData", "*", { "cloudwatch:namespace": "AWS/Lambda" }),
    ],
    [
      "a Vault node gives a grant for the key that unseals it",
      call(named("vault-node"), "kms:CreateGrant", sealKey),
    ],
  ];
}
