import { changed, load, problems } from "../../../support/environment-files";
import { refuses } from "../support/refuses";
import { shippedSettings } from "../support/shipped-settings";

const adopt = shippedSettings("adopt");
const china = changed(adopt, { region: "cn-north-1", "databases.main.superuserSecretArn": undefined });

const uuid = "1234abcd-12ab-34cd-56ef-1234567890ab";
const multiRegion = `mrk-${uuid.replaceAll("-", "")}`;
const secret = (name: string, place = "aws:secretsmanager:ap-northeast-2:111122223333") =>
  `arn:${place}:secret:${name}-AbCdEf`;
const key = (resource: string, place = "aws:kms:ap-northeast-2:111122223333") => `arn:${place}:${resource}`;
const deployer = (place: string) => `arn:${place}:role/deployer`;
const state = (kmsKeyId: string, region?: string) => ({ kind: "s3", bucket: "state", region, kmsKeyId });

describe("ARNs of another place: refuse", () => {
  refuses(
    changed(adopt, { deployers: [], planners: [] }),
    (
      [
        [
          "databases.main.superuserSecretArn",
          secret("x", "aws:secretsmanager:us-east-1:111122223333"),
          "must be of account 111122223333 and region ap-northeast-2",
          "name one there, or correct `account` and `region`",
        ],
        [
          "databases.main.superuserSecretKeyArn",
          key(`key/${uuid}`, "aws:kms:us-east-1:111122223333"),
          "must be of region ap-northeast-2",
          "name one there, or correct `region`",
        ],
        [
          "deployers[0]",
          deployer("aws:iam::999999999999"),
          "must be of account 111122223333",
          "name one there, or correct `account`",
        ],
        [
          "planners[0]",
          deployer("aws:iam::999999999999"),
          "must be of account 111122223333",
          "name one there, or correct `account`",
        ],
        [
          "permissionsBoundaryArn",
          "arn:aws:iam::999999999999:policy/boundary",
          "must be of account 111122223333",
          "name one there, or correct `account`",
        ],
        [
          "deployers[0]",
          deployer("aws-cn:iam::111122223333"),
          "must be in partition aws, as region ap-northeast-2 is",
          'write "arn:aws:…"',
        ],
        [
          "databases.main.superuserSecretArn",
          secret("x", "aws-us-gov:secretsmanager:us-gov-west-1:111122223333"),
          "must be in partition aws, as region ap-northeast-2 is",
          'write "arn:aws:…"',
        ],
      ] as const
    ).map(([path, arn, rule, fix]) => ({ change: { [path]: arn }, rule, got: JSON.stringify(arn), fix })),
  );

  refuses(adopt, [
    {
      change: { state: state(key("alias/state", "aws:kms:us-east-1:111122223333")) },
      path: "state.kmsKeyId",
      rule: "must be of region ap-northeast-2",
      got: expect.any(String),
      fix: "name one there, or correct `region`",
    },
    {
      change: { state: state(key("alias/state"), "us-east-1") },
      path: "state.kmsKeyId",
      rule: "must be of region us-east-1",
      got: expect.any(String),
      fix: "name one there, or correct `region`",
    },
  ]);

  refuses(china, [
    {
      change: {
        "databases.main.superuserSecretArn": secret("x", "aws-cn:secretsmanager:cn-north-1:111122223333"),
        deployers: [deployer("aws:iam::111122223333")],
      },
      path: "deployers[0]",
      rule: "must be in partition aws-cn, as region cn-north-1 is",
      got: '"arn:aws:iam::111122223333:role/deployer"',
      fix: 'write "arn:aws-cn:…"',
    },
  ]);
});

test("a region is checked although the account is wrong", () => {
  const arn = secret("x", "aws:secretsmanager:us-east-1:111122223333");
  expect(problems(changed(adopt, { account: "1", "databases.main.superuserSecretArn": arn }))).toMatchObject([
    { path: "account" },
    { path: "databases.main.superuserSecretArn" },
  ]);
});

describe("ARNs that name no one thing: refuse", () => {
  refuses(adopt, [
    ...[secret("*"), secret("orders/?"), secret("or ders"), secret("x").slice(0, -1)].map((arn) => ({
      change: { "databases.main.superuserSecretArn": arn },
      rule: "must be the full ARN of a secret, with its six-character suffix",
      got: JSON.stringify(arn),
      fix: "copy the ARN that Secrets Manager shows",
    })),
    ...[key("key/*"), key("key/1"), key("alias/orders"), key(`key/mrk-${uuid}`)].map((arn) => ({
      change: { "databases.main.superuserSecretKeyArn": arn },
      rule: "must be the ARN of a KMS key (not an alias)",
      got: JSON.stringify(arn),
      fix: "copy the key ARN that KMS shows",
    })),
    ...["key", "orders", uuid.toUpperCase(), "alias/", "alias/a b", key("key/*"), key("alias/*")].map(
      (kmsKeyId) => ({
        change: { state: state(kmsKeyId) },
        path: "state.kmsKeyId",
        rule: "must be the id, alias or ARN of a KMS key",
        got: JSON.stringify(kmsKeyId),
        fix: 'write for example "alias/terraform-state"',
      }),
    ),
    ...["orders", "superuser"].map((name) => ({
      change: { "databases.main.superuserSecretArn": secret(`secrets-adopt/${name}`) },
      rule: "must not be below secrets-adopt/, where planners may read all secrets",
      got: JSON.stringify(secret(`secrets-adopt/${name}`)),
      fix: "copy the secret to a name that does not begin with secrets-adopt/",
    })),
  ]);
});

test.each([
  ["a policy of AWS, of which the wide ones let a role take on others", "aws:policy/PowerUserAccess"],
  ["a role", "111122223333:role/boundary"],
  ["a pattern", "111122223333:policy/*"],
])("the boundary is one policy of the account, and not %s", (_, rest) => {
  expect(problems(changed(adopt, { permissionsBoundaryArn: `arn:aws:iam::${rest}` }))).toMatchObject([
    { path: "permissionsBoundaryArn", rule: "must be the ARN of a managed policy of your own" },
  ]);
});

test("a deployer is one principal, not a pattern", () => {
  expect(problems(changed(adopt, { deployers: ["arn:aws:iam::111122223333:role/*"] }))).toMatchObject([
    { path: "deployers[0]", rule: "must be the ARN of one IAM role or user" },
  ]);
});

test.each<[string, Readonly<Record<string, unknown>>]>([
  ["a secret that RDS made", { "databases.main.superuserSecretArn": secret(`rds!cluster-${uuid}`) }],
  ["a secret with every sign of a name", { "databases.main.superuserSecretArn": secret("a/b_c+d=e.f@g-h") }],
  ["a secret beside ours", { "databases.main.superuserSecretArn": secret("secrets-adopted/superuser") }],
  [
    "a key of another account",
    { "databases.main.superuserSecretKeyArn": key(`key/${uuid}`, "aws:kms:ap-northeast-2:999999999999") },
  ],
  ["a key", { "databases.main.superuserSecretKeyArn": key(`key/${uuid}`) }],
  ["a multi-Region key", { "databases.main.superuserSecretKeyArn": key(`key/${multiRegion}`) }],
  ["the state's key by its id", { state: state(uuid) }],
  ["the state's key by its multi-Region id", { state: state(multiRegion) }],
  ["the state's key by its alias", { state: state("alias/team/state_1") }],
  ["the state's key by the ARN of its alias", { state: state(key("alias/state")) }],
  [
    "the state's key of another account, in the state's region",
    { state: state(key(`key/${uuid}`, "aws:kms:us-east-1:999999999999"), "us-east-1") },
  ],
  ["a user with a path", { deployers: ["arn:aws:iam::111122223333:user/team/ann@example.com"] }],
])("%s is accepted", (_, change) => {
  expect(() => load(changed(adopt, change))).not.toThrow();
});

test.each([
  ["cn-north-1", "aws-cn"],
  ["us-gov-west-1", "aws-us-gov"],
])("in region %s ARNs are of partition %s", (region, partition) => {
  const settings = changed(adopt, {
    region,
    "databases.main.superuserSecretArn": secret("x", `${partition}:secretsmanager:${region}:111122223333`),
    deployers: [deployer(`${partition}:iam::111122223333`)],
  });
  expect(() => load(settings)).not.toThrow();
});
