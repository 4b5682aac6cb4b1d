import { Account } from "../../../constructs/contracts/account";
import {
  byCloudWatchLogs,
  EncryptionKey,
  grantsThrough,
  throughService,
} from "../../../constructs/encryption/encryption-key";
import { account } from "../../support/fixtures";
import { synthesize } from "../../support/template";

const { resolve, built, template } = synthesize(
  (scope) =>
    new EncryptionKey(scope, "Key", {
      account,
      name: "app-logs",
      description: "Logs",
      use: [
        throughService(account, "secretsmanager"),
        byCloudWatchLogs(account, ["/aws/lambda/app-*", "/x*"]),
      ],
    }),
);
const key = template.resource("aws_kms_key");
const policy = template.statements(key.policy);

test("is rotated every year and can be restored for a month after deletion", () => {
  expect(key).toMatchObject({ enable_key_rotation: true, deletion_window_in_days: 30 });
});

test("has the alias it was named for", () => {
  expect(template.resource("aws_kms_alias")).toMatchObject({
    name: "alias/app-logs",
    target_key_id: expect.stringContaining(template.address("aws_kms_key")),
  });
  expect(resolve(built.arn)).toBe(template.reference("arn", "aws_kms_key"));
});

test("is administered by the account, whom that does not let encrypt, decrypt or grant", () => {
  const [administration] = policy;
  expect(administration?.principals).toEqual([
    { type: "AWS", identifiers: ["arn:aws:iam::111122223333:root"] },
  ]);
  const administers =
    /^kms:(Describe|Enable|List|Put|Update|Revoke|Disable|Get|Delete)\*$|^kms:(Tag|Untag)Resource$|^kms:(Schedule|Cancel)KeyDeletion$|^kms:(RotateKeyOnDemand|CreateAlias)$/;
  expect(administration?.actions).toContain("kms:Put*");
  expect(administration?.actions.filter((action) => !administers.test(action))).toEqual([]);
});

test("is used through one service, by principals of the account whom IAM lets", () => {
  expect(template.statement(key.policy, "ThroughSecretsmanager")).toEqual({
    sid: "ThroughSecretsmanager",
    actions: ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey*"],
    resources: ["*"],
    principals: [{ type: "AWS", identifiers: ["arn:aws:iam::111122223333:root"] }],
    condition: [
      {
        test: "StringEquals",
        variable: "kms:ViaService",
        values: ["secretsmanager.ap-northeast-2.amazonaws.com"],
      },
    ],
  });
});

test("lets the same principals have one service go on using it, for a resource of that service only", () => {
  expect(grantsThrough(account, "rds")).toMatchObject({
    sid: "GrantsThroughRds",
    actions: ["kms:CreateGrant"],
    condition: [
      { variable: "kms:ViaService", values: ["rds.ap-northeast-2.amazonaws.com"] },
      { test: "Bool", variable: "kms:GrantIsForAWSResource", values: ["true"] },
    ],
  });
});

test("is kept from being destroyed if something encrypted with it is to stay", () => {
  expect(key).not.toHaveProperty("lifecycle");
  const kept = synthesize(
    (scope) => new EncryptionKey(scope, "Key", { account, name: "k", description: "k", use: [], keep: true }),
  );
  expect(kept.template.resource("aws_kms_key").lifecycle).toEqual({ prevent_destroy: true });
});

test("is used by CloudWatch Logs for log groups of these names only", () => {
  const { principals, condition } = template.statement(key.policy, "CloudWatchLogs");
  expect(principals).toEqual([{ type: "Service", identifiers: ["logs.ap-northeast-2.amazonaws.com"] }]);
  expect(condition).toEqual([
    {
      test: "ArnLike",
      variable: "kms:EncryptionContext:aws:logs:arn",
      values: [
        "arn:aws:logs:ap-northeast-2:111122223333:log-group:/aws/lambda/app-*",
        "arn:aws:logs:ap-northeast-2:111122223333:log-group:/x*",
      ],
    },
  ]);
});

test("names CloudWatch Logs as it is called in the region's partition", () => {
  const { principals } = byCloudWatchLogs(new Account("111122223333", "cn-north-1"), ["/x"]);
  expect(principals).toEqual([{ type: "Service", identifiers: ["logs.cn-north-1.amazonaws.com.cn"] }]);
});

test("admits no other use", () => {
  expect(policy.map(({ sid }) => sid)).toEqual(["Administration", "ThroughSecretsmanager", "CloudWatchLogs"]);
});

test("keeps its shape", () => {
  const { template: small } = synthesize(
    (scope) => new EncryptionKey(scope, "Key", { account, name: "k", description: "d", use: [] }),
  );
  expect(small.snapshot()).toMatchSnapshot();
});
