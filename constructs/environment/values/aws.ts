import { message, settings, text } from "./format";

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

export const securityGroupId = text(
  /^sg-[0-9a-f]{8,17}$/,
  "must be a security group id",
  'write it as EC2 shows it, for example "sg-0a1b2c3d4e5f67890"',
);

export const principalArn = text(
  /^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/,
  "must be the ARN of one IAM role or user",
  'write for example "arn:aws:iam::111122223333:role/deployer"',
);

export const managedPolicyArn = text(
  /^arn:aws[a-z-]*:iam::\d{12}:policy\/[\w+=,.@/-]+$/,
  "must be the ARN of a managed policy of your own",
  'write for example "arn:aws:iam::111122223333:policy/orders-dev-boundary"',
);

export const topicArn = text(
  /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/,
  "must be the ARN of an SNS topic (not a FIFO topic)",
  'write for example "arn:aws:sns:ap-northeast-2:111122223333:on-call"',
);

export const layerArn = text(
  /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:layer:[\w-]+:\d+$/,
  "must be the ARN of a layer version",
  'write for example "arn:aws:lambda:ap-northeast-2:111122223333:layer:vault-lambda-extension:1"',
);

export const codeSigningConfigArn = text(
  /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:code-signing-config:csc-[a-z0-9]{17}$/,
  "must be the ARN of a code signing configuration",
  'write for example "arn:aws:lambda:ap-northeast-2:111122223333:code-signing-config:csc-0a1b2c3d4e5f67890"',
);

/** The ARN of a layer's version for each architecture. */
export const layerArns = settings({
  arm64: layerArn.optional().describe("For functions of this architecture."),
  x86_64: layerArn.optional().describe("For functions of this architecture."),
});

export const namePrefix = text(
  /^(?!.*--)[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/,
  "must start with a letter and hold at most 20 lower-case letters, digits and single hyphens",
  'write for example "orders-dev"',
).refine(
  (prefix) => !/^(default$|sg(-|$))/.test(prefix),
  message(
    'RDS keeps "default" for itself, EC2 names that begin with "sg-"',
    'write for example "orders-dev"',
  ),
);
