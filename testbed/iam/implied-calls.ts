import { keyOfBucket } from "../deployed/resources";
import type { AccessRequest } from "./decide";
import type { Deployed } from "./deployed";

/** What a service calls with the permissions of who called it. */
interface Implied {
  /** By an action, those of KMS behind it. */
  readonly [action: string]: readonly string[];
}

/** AWS Secrets Manager User Guide, "Secret encryption and decryption"; API Reference, "UpdateSecret". */
const OF_SECRETS: Implied = {
  "secretsmanager:GetSecretValue": ["kms:Decrypt"],
  "secretsmanager:CreateSecret": ["kms:GenerateDataKey", "kms:Decrypt"],
  "secretsmanager:PutSecretValue": ["kms:GenerateDataKey", "kms:Decrypt"],
  "secretsmanager:UpdateSecret": ["kms:GenerateDataKey", "kms:Decrypt", "kms:Encrypt"],
};

/** Amazon S3 User Guide, "Using server-side encryption with AWS KMS keys": a part of a large upload is read again. */
const OF_OBJECTS: Implied = {
  "s3:GetObject": ["kms:Decrypt"],
  "s3:PutObject": ["kms:GenerateDataKey", "kms:Decrypt"],
};

const SOURCES = {
  secrets: 'AWS Secrets Manager User Guide, "Secret encryption and decryption"',
  objects: 'Amazon S3 User Guide, "Using server-side encryption with AWS KMS keys"',
};

/** The calls of KMS behind a call, which no endpoint sees: the service makes them, for the same caller. */
export function impliedCalls(
  call: AccessRequest,
  deployed: Deployed,
): readonly (AccessRequest & { readonly why: string })[] {
  const { by, action, resource, account } = call;
  const behind = (why: string, actions: readonly string[] = [], key: string | undefined, context: object) =>
    key === undefined
      ? []
      : actions.map((one) => ({ by, account, action: one, resource: key, context: { ...context }, why }));
  if (OF_SECRETS[action]) {
    const { arn, keyArn } = deployed.secret(resource);
    return behind(SOURCES.secrets, OF_SECRETS[action], keyArn, {
      "kms:ViaService": `secretsmanager.${deployed.region}.amazonaws.com`,
      "kms:EncryptionContext:SecretARN": arn,
    });
  }
  if (OF_OBJECTS[action]) {
    const [, bucket = ""] = /^arn:aws:s3:::([^/]+)/.exec(resource) ?? [];
    return behind(SOURCES.objects, OF_OBJECTS[action], keyOfBucket(bucket, deployed.resources), {
      "kms:ViaService": `s3.${deployed.region}.amazonaws.com`,
      "kms:EncryptionContext:aws:s3:arn": `arn:aws:s3:::${bucket}`,
    });
  }
  return [];
}
