import type { RecordedCall } from "../aws/api-calls";
import type { AccessRequest } from "./decide";
import type { Deployed } from "./deployed";
import { ofSecret } from "./needed/conditions";

export type Asked = Pick<AccessRequest, "resource" | "context">;

type Finder = (call: RecordedCall, deployed: Deployed) => Asked;

const ANY: Finder = () => ({ resource: "*" });

/** What calls are about, by service and action, or by the service alone. */
const ABOUT: Readonly<Record<string, Finder>> = {
  secretsmanager: ({ input }, deployed) => {
    const secret = deployed.secret(String(input.SecretId));
    const { VersionId, VersionStage } = input as Readonly<Record<string, string | undefined>>;
    return {
      resource: secret.arn,
      context: {
        ...ofSecret(secret),
        ...(VersionId && { "secretsmanager:VersionId": VersionId }),
        ...(VersionStage && { "secretsmanager:VersionStage": VersionStage }),
      },
    };
  },
  kms: ({ input }, deployed) => ({
    resource: keyArn(input, deployed),
    context: Object.fromEntries(
      Object.entries(input.EncryptionContext ?? {}).map(([key, value]) => [
        `kms:EncryptionContext:${key}`,
        String(value),
      ]),
    ),
  }),
  logs: ({ input }, deployed) => ({
    resource: deployed.arn("logs", `log-group:${input.logGroupName}:log-stream:${input.logStreamName}`),
  }),
  "s3:ListBucket": ({ input: { Bucket, Prefix } }) => ({
    resource: `arn:aws:s3:::${Bucket}`,
    context: { "s3:prefix": String(Prefix) },
  }),
  "s3:GetObject": anObject,
  "s3:PutObject": anObject,
  "cloudwatch:PutMetricData": ({ input }) => ({
    resource: "*",
    context: { "cloudwatch:namespace": String(input.Namespace) },
  }),
  "servicequotas:GetServiceQuota": ({ input }, deployed) => ({
    resource: deployed.arn("servicequotas", `${input.ServiceCode}/${input.QuotaCode}`),
  }),
  "servicequotas:GetAWSDefaultServiceQuota": ANY,
  "sts:GetCallerIdentity": ANY,
  "ec2:DescribeNetworkInterfaces": ANY,
  "ec2:DescribeVpcEndpoints": ANY,
};

/** What a call is about, and what its request says of it. */
export function askedOf(call: RecordedCall, deployed: Deployed): Asked {
  const name = `${call.service}:${call.action}`;
  const find = ABOUT[name] ?? ABOUT[call.service];
  if (find) return find(call, deployed);
  throw new Error(`what ${name} is about is not known here: teach testbed/iam/asked.ts`);
}

function anObject({ input: { Bucket, Key } }: RecordedCall): Asked {
  return { resource: `arn:aws:s3:::${Bucket}/${Key}` };
}

/** By its alias, id or ARN; a ciphertext of the emulator begins with the id. */
function keyArn({ KeyId, CiphertextBlob }: RecordedCall["input"], deployed: Deployed): string {
  const named = String(KeyId ?? Buffer.from(String(CiphertextBlob), "base64").subarray(0, 36));
  const aliased = deployed.ofType("aws_kms_alias").find(({ values }) => values.name === named);
  const id = aliased?.values.target_key_id ?? named.replace(/^arn:.*:key\//, "");
  return deployed.only("aws_kms_key", { key_id: id }).arn;
}
