import { text } from "./rule";

export const region = text(
  /^(?!.*-iso)[a-z]{2}(-[a-z]+)+-\d$/,
  "must be an AWS region (not one of the isolated partitions)",
  'write for example "ap-northeast-2"',
);

export const roleName = text(
  /^[\w+=,.@-]{1,64}$/,
  "must be the name of an IAM role (not its ARN)",
  'write for example "vault-server"',
);

/** AWS KMS Developer Guide, "Key identifiers": a UUID, or of a multi-Region key `mrk-` and 32 digits. */
const KEY_ID = "([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})";
const ALIAS = "alias/[\\w/-]+";
const KMS_ARN = "arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:";

export const keyArn = text(
  new RegExp(`^${KMS_ARN}key/${KEY_ID}$`),
  "must be the ARN of a KMS key (not an alias)",
  "copy the key ARN that KMS shows",
);

export const keyName = text(
  new RegExp(`^(${KEY_ID}|${ALIAS}|${KMS_ARN}(key/${KEY_ID}|${ALIAS}))$`),
  "must be the id, alias or ARN of a KMS key",
  'write for example "alias/terraform-state"',
);

/** AWS Secrets Manager API reference, "CreateSecret"; RDS calls its own `rds!cluster-…`. */
export const secretArn = text(
  /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@!-]+-[A-Za-z0-9]{6}$/,
  "must be the full ARN of a secret, with its six-character suffix",
  "copy the ARN that Secrets Manager shows",
);

export const principalArn = text(
  /^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/,
  "must be the ARN of one IAM role or user",
  'write for example "arn:aws:iam::111122223333:role/deployer"',
);

export const layerArn = text(
  /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:layer:[\w-]+:\d+$/,
  "must be the ARN of a layer version",
  'write for example "arn:aws:lambda:ap-northeast-2:111122223333:layer:vault-lambda-extension:1"',
);
