import { reviewPlans } from "../../../scripts/review/review";
import { showReview } from "../../../scripts/review/shown-review";
import { planText, reviewed, type WrittenChange } from "./support/plans";

const PASSWORD = "Zq7!vKd2pXw9-mRt4";
const base64 = (text: string) => Buffer.from(text).toString("base64");
const hidden = { type: "aws_rds_cluster", after: { master_password: PASSWORD } };
const lambda = (variables: object) => ({
  type: "aws_lambda_function",
  after: { environment: [{ variables }] },
});

interface Planted {
  /** What must not be in the output, in any piece of eight characters. */
  readonly secret: string;
  readonly changes?: readonly WrittenChange[];
  readonly plan?: Record<string, unknown>;
}

const planted = (secret: string, ...changes: WrittenChange[]): Planted => ({ secret, changes });
const inNote = (secret: string, text = secret): Planted => planted(secret, { after: { note: text } });
const elsewhere = (value: string, secret = value): Planted =>
  planted(
    secret,
    { after: { note: value }, sensitive: { note: true } },
    { address: "a.other", after: { description: `set to ${secret}, twice: "${secret}"` } },
  );
const output = (name: string, after: unknown, more: object = {}): Planted["plan"] => ({
  output_changes: { [name]: { actions: ["create"], before: null, after, after_unknown: false, ...more } },
});

const KINDS: Readonly<Record<string, Planted>> = {
  "a sensitive attribute": planted(PASSWORD, { after: { note: PASSWORD }, sensitive: { note: true } }),
  "a sensitive block": planted(PASSWORD, { after: { a: { b: [PASSWORD] } }, sensitive: { a: true } }),
  "a sensitive item of a list": planted(PASSWORD, {
    after: { a: ["x", PASSWORD] },
    sensitive: { a: [false, true] },
  }),
  "a sensitive number": planted("48151623", { after: { code: 48151623 }, sensitive: { code: true } }),
  "sensitive before, no longer after": planted(PASSWORD, {
    before: { note: PASSWORD, n: 1 },
    after: { note: PASSWORD, n: 2 },
    change: { before_sensitive: { note: true }, after_sensitive: {} },
  }),
  "sensitive, also in a description": planted(
    PASSWORD,
    { after: { note: PASSWORD }, sensitive: { note: true } },
    { address: "a.other", after: { description: `set to ${PASSWORD}` } },
  ),
  "sensitive, also in base64": planted(
    base64(PASSWORD),
    { after: { note: PASSWORD }, sensitive: { note: true } },
    { address: "a.other", after: { data: base64(`x=${PASSWORD};`) } },
  ),
  "sensitive, also in hexadecimal": planted(Buffer.from(PASSWORD).toString("hex"), hidden, {
    address: "a.other",
    after: { data: Buffer.from(PASSWORD).toString("hex") },
  }),
  "sensitive, also in a URL": planted(PASSWORD, hidden, {
    address: "a.other",
    after: { link: `https://h/?p=${encodeURIComponent(PASSWORD)}` },
  }),
  "sensitive words, also in another text": elsewhere("correct-horse-battery-staple"),
  "sensitive digits, also in another text": elsewhere("884219773310277"),
  "a sensitive word, also in another text": elsewhere("sunshine"),
  "a short sensitive word, also in another text": elsewhere("hush"),
  "a sensitive ARN, also in another text": elsewhere("arn:aws:iam::111122223333:role/one"),
  "a sensitive URL, also in another text": elsewhere("https://one.example.com/two"),
  "sensitive JSON, also in another text": elsewhere('{"a":"sunshine"}', "sunshine"),
  "sensitive words, also in base64": planted(
    base64("correct-horse-battery-staple"),
    { after: { note: "correct-horse-battery-staple" }, sensitive: { note: true } },
    { address: "a.other", after: { data: base64("correct-horse-battery-staple") } },
  ),
  "sensitive digits, also a number": planted(
    "884219773310277",
    { after: { note: "884219773310277" }, sensitive: { note: true } },
    { address: "a.other", after: { count: 884219773310277 } },
  ),
  "a word that is a random password, also in another text": planted(
    "sunshine",
    { type: "random_password", after: { result: "sunshine" } },
    { address: "a.other", after: { description: "set to sunshine" } },
  ),
  "a variable of a container called DB_PASS": planted("sunshine", {
    type: "aws_ecs_task_definition",
    after: { container_definitions: '[{"environment":[{"name":"DB_PASS","value":"sunshine"}]}]' },
  }),
  "sensitive, also split over a list": planted(PASSWORD, hidden, {
    address: "a.other",
    after: { parts: ["Zq7!vK", "d2pXw9", "-mRt4"] },
  }),
  "sensitive, also split over a map": planted(PASSWORD, hidden, {
    address: "a.other",
    after: { map: { a: "Zq7!vKd2", b: "pXw9-mRt4" } },
  }),
  "sensitive, also in an address": planted(PASSWORD, hidden, {
    address: `aws_thing.it["${PASSWORD}"]`,
    after: { a: 1 },
  }),
  "sensitive, also in a former address": planted(PASSWORD, hidden, {
    after: { a: 1 },
    more: { previous_address: `a.b["${PASSWORD}"]` },
  }),
  "sensitive, also a key of a map": planted(PASSWORD, hidden, {
    address: "a.other",
    after: { tags: { [PASSWORD]: "x" } },
  }),
  "sensitive, also what forces a replacement": planted(PASSWORD, hidden, {
    address: "a.other",
    actions: ["delete", "create"],
    before: { a: 1 },
    after: { a: 2 },
    change: { replace_paths: [["tags", PASSWORD]] },
  }),
  "sensitive, also in the message of a check": {
    secret: PASSWORD,
    changes: [hidden],
    plan: {
      checks: [
        {
          address: { to_display: "check.it" },
          status: "fail",
          instances: [{ problems: [{ message: `got ${PASSWORD}` }] }],
        },
      ],
    },
  },
  "a pattern in the message of a check": {
    secret: "hunter2hunter2",
    plan: {
      checks: [
        {
          address: { to_display: "check.it" },
          status: "error",
          instances: [{ problems: [{ message: "password=hunter2hunter2" }] }],
        },
      ],
    },
  },
  "drift of a sensitive attribute": {
    secret: PASSWORD,
    plan: {
      resource_drift: [
        {
          address: "a.b",
          mode: "managed",
          type: "aws_thing",
          change: {
            actions: ["update"],
            before: { x: "a" },
            after: { x: PASSWORD },
            before_sensitive: {},
            after_sensitive: { x: true },
          },
        },
      ],
    },
  },
  "an argument of an action": {
    secret: PASSWORD,
    // Written by hand, in the documented format of Terraform 1.14.
    plan: {
      action_invocations: [
        { address: "action.a.b", type: "a", name: "b", config_values: { payload: PASSWORD } },
      ],
    },
  },
  "a sensitive output": { secret: PASSWORD, plan: output("address", PASSWORD, { after_sensitive: true }) },
  "an output with the name of a secret": {
    secret: "correct horse",
    plan: output("admin_password", "correct horse"),
  },
  "an output with an object": {
    secret: "correct horse",
    plan: output("login", { user: "a", password: "correct horse" }),
  },
  "an output with JSON": { secret: "correct horse", plan: output("login", '{"password":"correct horse"}') },
  "a secret's value": planted("correct horse", {
    type: "aws_secretsmanager_secret_version",
    after: { secret_string: "correct horse" },
  }),
  "a secret's value in JSON": planted("correct horse", {
    type: "aws_secretsmanager_secret_version",
    after: { secret_string: '{"username":"orders","password":"correct horse"}' },
  }),
  "a secret's binary value": planted("Y29ycmVjdCBob3JzZQ", {
    type: "aws_secretsmanager_secret_version",
    after: { secret_binary: "Y29ycmVjdCBob3JzZQ==" },
  }),
  "a superuser's password": planted("correct horse", {
    type: "aws_rds_cluster",
    after: { master_password: "correct horse" },
  }),
  "a password before": planted("correct horse", {
    before: { password: "correct horse" },
    after: { password: "battery" },
  }),
  "a password that goes": planted("correct horse", { before: { password: "correct horse" } }),
  "a numeric PIN": planted("48151623", { after: { pin: 48151623 } }),
  "a variable of a function": planted("correct horse", lambda({ GREETING: "correct horse" })),
  "a variable of a container in JSON": planted("correct horse", {
    type: "aws_ecs_task_definition",
    after: { container_definitions: '[{"environment":[{"name":"DB_PASSWORD","value":"correct horse"}]}]' },
  }),
  "a setting with name and value": planted("correct horse", {
    after: { parameter: [{ name: "admin_password", value: "correct horse" }] },
  }),
  "a tag with the name of a secret": planted("correct horse", {
    after: { tags: { ApiToken: "correct horse" } },
  }),
  "a secret in Vault": planted("correct horse", {
    type: "vault_kv_secret_v2",
    after: { data_json: '{"x":"correct horse"}' },
  }),
  "a secret in Vault as a map": planted("correct horse", {
    type: "vault_generic_secret",
    after: { data: { x: "correct horse" } },
  }),
  "an AppRole's secret id": planted("6a1b52a4-1f0e-4a5e-9c8d-2f3a4b5c6d7e", {
    type: "vault_approle_auth_backend_role_secret_id",
    after: { secret_id: "6a1b52a4-1f0e-4a5e-9c8d-2f3a4b5c6d7e" },
  }),
  "user data": planted("correct horse", {
    type: "aws_instance",
    after: { user_data: "#!/bin/sh\necho correct horse" },
  }),
  "user data in base64": planted(base64("correct horse"), {
    type: "aws_launch_template",
    after: { user_data: base64("correct horse") },
  }),
  "a parameter of Systems Manager": planted("correct horse", {
    type: "aws_ssm_parameter",
    after: { value: "correct horse" },
  }),
  "a random password": planted("correct horse", {
    type: "random_password",
    after: { result: "correct horse", length: 13 },
  }),
  "a private key": inNote(
    "MIIEvQIBADANBg",
    "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END PRIVATE KEY-----",
  ),
  "an access key of AWS": inNote("AKIAIOSFODNN7EXAMPLE"),
  "a secret access key of AWS": inNote("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
  "a token of Vault": inNote("hvs.CAESIJlU9JMYEhOPYv4"),
  "a token of GitHub": inNote("ghp_16C7e42F292c6912E7710c838347Ae178B4a"),
  "a token of Slack": inNote("xoxb-123456789012-abcdefABCDEF"),
  "a JSON Web Token": inNote("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"),
  "a URL with a password": inNote("hunter2x", "postgres://orders:hunter2x@db.example.com/app"),
  "a connection string": inNote("hunter2x", "Server=db;User Id=orders;Password=hunter2x;"),
  "a command line": inNote("hunter2x", "mysql --password hunter2x -h db"),
  "a statement of SQL": inNote("hunter2x", "ALTER USER orders IDENTIFIED BY 'hunter2x'"),
  "a header": inNote("QWxhZGRpbjpvcGVu", "Authorization: Basic QWxhZGRpbjpvcGVu"),
  "an unknown random token": inNote("f3Jk92LmQx7Zb1Tn8Vw5"),
  "an unknown random token in hexadecimal": inNote("9f86d081884c7d659a2feaa0c55ad015"),
  "an access key of AWS in two parts": planted("AKIAIOSFODNN7EXAMPLE1", {
    after: { split: ["AKIAIOSFODNN", "7EXAMPLE1"] },
  }),
  "an access key of AWS in a map": planted("AKIAIOSFODNN7EXAMPLE1", {
    after: { split: { a: "AKIAIOSFODNN", b: "7EXAMPLE1" } },
  }),
  "an unknown random token in two parts": planted("f3Jk92LmQx7Zb1Tn8Vw5", {
    after: { split: ["f3Jk92LmQx", "7Zb1Tn8Vw5"] },
  }),
  "an element of XML": inNote("hunter2xx", "<password>hunter2xx</password>"),
  "a hash of Ruby": inNote("hunter2xx", "password => 'hunter2xx'"),
  "an assignment of Go": inNote("hunter2xx", 'password := "hunter2xx"'),
  "a colon without a space": inNote("hunter2xx", "password:hunter2xx"),
  "a client's secret behind a colon": inNote("hunter2xx", "client_secret:hunter2xx"),
  "a command line of MySQL": inNote("hunter2xx", "mysql -u orders -phunter2xx"),
  "a hash of a password": inNote(
    "N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
    "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
  ),
  "base64 of a connection string": inNote(base64("password=hunter2x"), `x: ${base64("password=hunter2x")}`),
  "in the policy of a role": planted("hunter2x", {
    type: "aws_iam_role_policy",
    after: {
      policy: '{"Statement":[{"Effect":"Allow","Action":"a:B","Resource":"*","Sid":"password=hunter2x"}]}',
    },
  }),
  "in a condition of a policy": planted("f3Jk92LmQx7Zb1Tn8Vw5", {
    type: "aws_iam_role_policy",
    before: { policy: '{"Statement":[]}' },
    after: {
      policy:
        '{"Statement":[{"Effect":"Allow","Action":"a:B","Resource":"*","Condition":{"StringEquals":{"a:b":"f3Jk92LmQx7Zb1Tn8Vw5"}}}]}',
    },
  }),
  "in the resource of a policy": planted("f3Jk92LmQx7Zb1Tn8Vw5", {
    type: "aws_iam_role_policy",
    before: { policy: '{"Statement":[]}' },
    after: {
      policy:
        '{"Statement":[{"Effect":"Allow","Action":"a:B","Resource":"arn:aws:s3:::f3Jk92LmQx7Zb1Tn8Vw5"}]}',
    },
  }),
  "in a layer": planted("f3Jk92LmQx7Zb1Tn8Vw5", {
    type: "aws_lambda_function",
    after: { layers: ["f3Jk92LmQx7Zb1Tn8Vw5"] },
  }),
  "in the name of a variable": planted("f3Jk92LmQx7Zb1Tn8Vw5", lambda({ f3Jk92LmQx7Zb1Tn8Vw5: "x" })),
};

/** Also in what an escaped text is read as. */
function leaked(text: string, secret: string): string[] {
  const read = text.replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
  const size = Math.min(8, secret.length);
  const pieces = Array.from({ length: secret.length - size + 1 }, (_, at) => secret.slice(at, at + size));
  return pieces.filter((piece) => read.includes(piece));
}

test("there are at least fifty kinds", () => {
  expect(Object.keys(KINDS).length).toBeGreaterThanOrEqual(50);
});

describe.each(["markdown", "json"] as const)("in %s nobody sees", (format) => {
  test.each(Object.entries(KINDS))("%s", (_, { secret, changes = [], plan }) => {
    const review = reviewPlans([{ stack: "stack", text: planText(changes, plan) }]);
    const { text } = showReview(review, format);
    expect(leaked(text, secret)).toEqual([]);
    // The review did not just give up.
    expect(text).not.toContain("withheld");
  });
});

test("what still looks like a secret in the finished text is withheld, and blocks", () => {
  const review = reviewPlans([{ stack: "stack", text: planText([{ after: { a: 1 } }]) }]);
  const risks = [
    { rule: "R01", title: "t", severity: "notice", stack: "s", what: "AKIAIOSFODNN7EXAMPLE" },
  ] as const;
  for (const format of ["markdown", "json"] as const) {
    const { text, verdict } = showReview({ ...review, risks }, format);
    expect(text).toContain("withheld");
    expect(leaked(text, "AKIAIOSFODNN7EXAMPLE")).toEqual([]);
    expect(verdict).toBe("blocked");
  }
});

test("a secret that changes is told from one that does not", () => {
  const text = (after: string) =>
    showReview(
      reviewPlans([
        {
          stack: "stack",
          text: planText([{ before: { password: "correct", n: 1 }, after: { password: after, n: 2 } }]),
        },
      ]),
      "markdown",
    ).text;
  expect(text("horse")).toContain("! password: (changed; secret by its name)");
  expect(text("correct")).not.toContain("password");
});

test("a word that is a secret hides no name that it is a part of, and nothing that stands beside a password", () => {
  const text = showReview(
    reviewed([
      {
        type: "aws_secretsmanager_secret_version",
        after: { secret_string: '{"username":"orders","host":"db.example.com","password":"sunshine"}' },
      },
      { address: "a.orders", after: { name: "orders on db.example.com", other: "my-sunshine" } },
    ]),
    "markdown",
  ).text;
  for (const part of ["a.orders", "orders on db.example.com", "my-sunshine"]) expect(text).toContain(part);
});

test("what stacks give each other is shown, although CDKTF marks it as sensitive", () => {
  const marked = output("cross-stack-output-name", "orders", { after_sensitive: true });
  const { text } = showReview(reviewed([{ after: { name: "orders" } }], marked), "markdown");
  expect(text).toContain("orders");
});

test("what every plan has is shown", () => {
  const shown = {
    arn: "arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:secrets-prod/orders-AbCdEf",
    subnet: "subnet-0a1b2c3d4e5f67890",
    key: "arn:aws:kms:ap-northeast-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    host: "secrets-prod-main.cluster-c1a2b3c4d5e6.ap-northeast-2.rds.amazonaws.com",
    subnets: ["subnet-19917d446bdabb5b3", "subnet-78e20756fee807b12", "subnet-ddd922063fade9406"],
    zones: ["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d", "us-east-1e", "us-east-1f"],
    networks: ["10.100.128.0/20", "10.100.144.0/20", "10.100.160.0/20", "10.100.176.0/20"],
    actions: ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
    command: "mysql -p -u orders",
    pattern: "arn:aws:secretsmanager:*:*:secret:secrets-prod/*",
    version: "8.0.mysql_aurora.3.10.0",
    schedule: "cron(0 18 ? * SUN *)",
    secret_id: "arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:secrets-prod/orders-AbCdEf",
    message: "$.detail.responsePayload.message",
    address: "aws_secretsmanager_secret_version.Native_Secret-orders_BootstrapVersion_8500A3BA",
  };
  const { text } = showReview(
    reviewPlans([
      { stack: "stack", text: planText([{ after: { ...shown, secret: "$.detail.data.SecretId" } }]) },
    ]),
    "markdown",
  );
  for (const value of Object.values(shown).flat()) expect(text).toContain(value);
});

test("pieces of a secret are hidden also after a list that has the same lines and shows none", () => {
  const [one, two, three] = ["f3Jk", "92Lm", "Qx7Z"];
  const lines = [`${one}\n${two}\n${three}`, "x"];
  const review = reviewed([
    { address: "aws_thing.a", after: { password: `${one}${two}${three}b1Tn` } },
    { address: "aws_thing.b", after: { lines } },
    { address: "aws_thing.c", after: { lines: [one, two, three, "x"] } },
  ]);
  const [, shown, hidden] = review.plans.flatMap(({ resources }) => resources);
  expect(shown?.after?.lines).toEqual(lines);
  expect(hidden?.after?.lines).toMatchObject({ why: "looks like a secret" });
});
