import type { RecordedCall } from "../../../testbed/aws/api-calls";
import { judgeCalls } from "../../../testbed/iam/judged-calls";
import { requestOf } from "../../../testbed/iam/recorded-calls";
import { shippedEnvironment, withVaultServer } from "../../support/shipped";
import { wouldDeploy } from "../../support/synthesized-policies";

const environment = shippedEnvironment("local");
const deployed = wouldDeploy(environment);
const { arn, rotatedBy } = deployed.secret("secrets-local/orders");

const call = (name: string, action: string, input: object): RecordedCall => ({
  service: "secretsmanager",
  action,
  accessKeyId: "test",
  input: { ...input },
  roleArn: deployed.roleArn(`secrets-local-${name}`),
});
const mistakesOf = (...calls: readonly RecordedCall[]) =>
  judgeCalls(calls, environment, deployed).mistakes.filter((mistake) => !mistake.startsWith("nobody called"));

test("a call has the role, the resource and the condition keys that AWS would give it", () => {
  const read = call("orders", "GetSecretValue", {
    SecretId: "secrets-local/orders",
    VersionStage: "AWSCURRENT",
  });
  expect(requestOf(read, environment, deployed)).toMatchObject({
    by: { kind: "AWS", arn: "arn:aws:iam::123456789012:role/secrets-local-orders", account: "123456789012" },
    action: "secretsmanager:GetSecretValue",
    resource: arn,
    through: { service: "secretsmanager", stack: "local-native" },
    context: {
      "secretsmanager:SecretId": arn,
      "secretsmanager:VersionStage": "AWSCURRENT",
      "secretsmanager:resource/AllowRotationLambdaArn": rotatedBy,
      "lambda:SourceFunctionArn": "arn:aws:lambda:ap-northeast-2:123456789012:function:secrets-local-orders",
      "aws:SourceVpc": deployed.endpoints[0]?.vpcId,
    },
  });
});

test("a call with other credentials than a function's is nobody's here", () => {
  const { roleArn: _, ...other } = call("orders", "GetSecretValue", { SecretId: arn });
  expect(requestOf(other, environment, deployed)).toBeUndefined();
});

test("a call that is needed brings those of KMS, and is allowed", () => {
  const read = call("orders", "GetSecretValue", { SecretId: arn });
  expect(judgeCalls([read], environment, deployed)).toMatchObject({ calls: 1, implied: 1 });
  expect(mistakesOf(read)).toEqual([]);
});

test("a call that the policies refuse is told, and so is one that nobody expected", () => {
  const other = call("orders", "GetSecretValue", { SecretId: "secrets-local/billing" });
  expect(mistakesOf(other).join()).toMatch(
    /made that is refused: secrets-local-orders: secretsmanager:GetSecretValue/,
  );
  const described = call("main-health", "DescribeSecret", { SecretId: arn });
  expect(mistakesOf(described)).toEqual([]);
  expect(mistakesOf(call("orders", "DescribeSecret", { SecretId: arn })).join()).toMatch(
    /nobody expected .*: add the call to testbed\/iam\/needed$/,
  );
});

test("what is said to be needed and is not called is told", () => {
  const { mistakes } = judgeCalls([], environment, deployed);
  expect(mistakes.join("\n")).toMatch(
    /nobody called secrets-local-main-rotation: secretsmanager:PutSecretValue/,
  );
});

test("a call that is about something unknown is refused", () => {
  const unknown = { ...call("orders", "PutRule", {}), service: "events" };
  expect(() => judgeCalls([unknown], environment, deployed)).toThrow(
    "what events:PutRule is about is not known here: teach testbed/iam/asked.ts",
  );
});

describe("calls of a node of Vault", () => {
  const withServer = withVaultServer("local", ["vault"]);
  const vault = wouldDeploy(withServer);
  const { key_id: sealKey, arn: sealKeyArn } = vault.only("aws_kms_key", {
    key_id: vault.only("aws_kms_alias", { name: "alias/secrets-local-vault-seal" }).target_key_id,
  });
  const byNode = (service: string, action: string, input: object): RecordedCall => ({
    service,
    action,
    accessKeyId: "test",
    input: { ...input },
    roleArn: vault.roleArn("secrets-local-vault-node"),
  });
  const Bucket = "secrets-local-vault-123456789012-ap-northeast-2";

  test.each<[string, RecordedCall, string, string]>([
    [
      "a key by its alias",
      byNode("kms", "Encrypt", { KeyId: "alias/secrets-local-vault-seal" }),
      sealKeyArn,
      "kms",
    ],
    [
      "the key that a ciphertext of the emulator begins with",
      byNode("kms", "Decrypt", {
        CiphertextBlob: Buffer.from(String(sealKey).padEnd(36).slice(0, 36)).toString("base64"),
      }),
      sealKeyArn,
      "kms",
    ],
    [
      "an object",
      byNode("s3", "PutObject", { Bucket, Key: "snapshots/today.snap" }),
      `arn:aws:s3:::${Bucket}/snapshots/today.snap`,
      "s3",
    ],
    ["metrics", byNode("cloudwatch", "PutMetricData", { Namespace: "any" }), "*", "monitoring"],
  ])("%s: has the resource, the VPC and the endpoint", (_, one, resource, service) => {
    expect(requestOf(one, withServer, vault)).toMatchObject({
      resource,
      through: { service, stack: "local-vault-server" },
      context: { "aws:SourceVpc": vault.endpoints[0]?.vpcId },
    });
  });

  test("a call of KMS keeps what it says that is encrypted", () => {
    const EncryptionContext = { purpose: "seal", SecretARN: "arn:other" };
    const encrypted = byNode("kms", "Encrypt", { KeyId: sealKeyArn, EncryptionContext });
    expect(requestOf(encrypted, withServer, vault)?.context).toMatchObject({
      "kms:EncryptionContext:purpose": "seal",
      "kms:EncryptionContext:SecretARN": "arn:other",
    });
  });

  test("a snapshot of another day is the one that is needed; a bucket of others is refused", () => {
    const mistakes = (...calls: readonly RecordedCall[]) =>
      judgeCalls(calls, withServer, vault).mistakes.join("\n");
    expect(mistakes()).toMatch(/nobody called secrets-local-vault-node: s3:PutObject/);
    const stored = byNode("s3", "PutObject", { Bucket, Key: "snapshots/today.snap" });
    expect(mistakes(stored)).not.toMatch(/s3:PutObject/);
    expect(mistakes({ ...stored, input: { Bucket: "other", Key: "snapshots/today.snap" } })).toMatch(
      /made that is refused: secrets-local-vault-node: s3:PutObject/,
    );
  });
});
