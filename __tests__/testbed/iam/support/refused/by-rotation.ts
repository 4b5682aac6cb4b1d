import { superuserOf } from "../../../../../testbed/iam/needed/native";
import type { RefusedCall, Requests } from "./requests";

/** What the rotation function would try. */
export function byRotation({
  named,
  orders,
  billing,
  superuser,
  key,
  viaSecrets,
  call,
  secret,
  deployed,
  environment,
}: Requests): readonly RefusedCall[] {
  return [
    [
      "the rotation function changes the superuser's secret",
      secret(named("main-rotation"), "PutSecretValue", superuser),
    ],
    [
      "the rotation function rotates the superuser",
      secret(named("main-rotation"), "RotateSecret", superuser),
    ],
    [
      "the rotation function reads another database's superuser",
      secret(named("main-rotation"), "GetSecretValue", superuserOf(environment, "billing", deployed)),
    ],
    [
      "the rotation function reads a secret that another one rotates",
      secret(named("main-rotation"), "GetSecretValue", billing),
    ],
    [
      "the rotation function writes to a secret that another one rotates",
      secret(named("main-rotation"), "PutSecretValue", billing),
    ],
    [
      "the rotation function changes a secret's policy",
      secret(named("main-rotation"), "PutResourcePolicy", orders),
    ],
    [
      "the rotation function takes a secret's policy away",
      secret(named("main-rotation"), "DeleteResourcePolicy", orders),
    ],
    [
      "the rotation function copies a secret to another Region",
      secret(named("main-rotation"), "ReplicateSecretToRegions", orders),
    ],
    [
      "the rotation function names another function for a secret",
      secret(named("main-rotation"), "RotateSecret", orders),
    ],
    ["the rotation function deletes a secret", secret(named("main-rotation"), "DeleteSecret", orders)],
    [
      "the rotation function writes from outside the VPC",
      secret(named("main-rotation"), "PutSecretValue", orders, { "aws:SourceVpc": undefined }),
    ],
    [
      "the rotation function decrypts with the database's key directly",
      call(named("main-rotation"), "kms:Decrypt", String(superuser.keyArn), {
        "kms:EncryptionContext:SecretARN": superuser.arn,
      }),
    ],
    [
      "the rotation function gives a grant for the secrets' key",
      call(named("main-rotation"), "kms:CreateGrant", key, viaSecrets),
    ],
  ];
}
