import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Annotations } from "cdktf";
import { RotatedSecret, type RotatedSecretProps } from "../../../constructs/native/rotated-secret";
import { RotationFunction } from "../../../constructs/native/rotation-function";
import { account, database, host, rotationZip } from "../../support/fixtures";
import { jsonencoded, synthesize } from "../../support/template";

function rotatedSecret(changes: Partial<RotatedSecretProps> = {}) {
  return synthesize((scope) => {
    const rotationFunction = new RotationFunction(scope, "Rotation", {
      host,
      name: "main-rotation",
      code: rotationZip,
      database,
      secretArnPattern: "arn:secret:app/*",
      secretsKeyArn: "arn:key",
      endpointVariables: {},
    });
    // Stands for endpoint and rules: anything that can be depended on.
    const way = new KmsKey(scope, "Way");
    return new RotatedSecret(scope, "Secret", {
      account,
      name: "app/orders",
      user: "orders",
      strategy: "single-user",
      database,
      encryptionKeyArn: "arn:key",
      rotationFunction,
      schedule: "rate(7 days)",
      immediately: true,
      secretRecoveryDays: 30,
      endpointReady: [way],
      ...changes,
    });
  });
}

const { template } = rotatedSecret();
const secretAddress = template.address("aws_secretsmanager_secret");
const version = template.resource("aws_secretsmanager_secret_version");
const rotation = template.resource("aws_secretsmanager_secret_rotation");

test("is encrypted with our key and can be restored after deletion", () => {
  expect(template.resource("aws_secretsmanager_secret")).toMatchObject({
    name: "app/orders",
    kms_key_id: "arn:key",
    recovery_window_in_days: 30,
  });
});

test("starts as the connection and the user's name, without a password", () => {
  expect(jsonencoded(version.secret_string)).toEqual({
    engine: "aurora-postgresql",
    host: database.host,
    port: 5432,
    dbname: "app",
    username: "orders",
    masterarn: database.superuserSecretArn,
  });
});

test("keeps its first version alive with a label of its own, and never names AWSCURRENT, so never moves it", () => {
  expect(version.version_stages).toEqual(["BOOTSTRAP"]);
});

test("is never written again by Terraform: what rotation changes is ignored, and no more", () => {
  expect(version.lifecycle).toEqual({ ignore_changes: ["secret_string", "version_stages"] });
});

test("warns, in plan and apply, while the value was written for another user or connection", () => {
  const [check] = Object.values(template.checks);
  const hash = template.resource("aws_secretsmanager_secret").tags["rotation:value"].slice(2, -1);
  expect(hash).toBe(`sha256(${version.secret_string.slice(2, -1)})`);
  expect(check?.assert).toEqual([
    {
      condition: `\${(lookup(${secretAddress}.tags, "rotation:value", "unknown") == ${hash})}`,
      error_message: expect.stringMatching(/of app\/orders is another .* npm run secret -- orders$/),
    },
  ]);
});

test("leaves the record of what the value was written for to who writes the value", () => {
  expect(template.resource("aws_secretsmanager_secret").lifecycle).toEqual({
    ignore_changes: ['tags["rotation:value"]'],
  });
});

test("has one version, one policy and one rotation, of the same secret", () => {
  expect(version.secret_id).toBe(`\${${secretAddress}.id}`);
  expect(rotation.secret_id).toBe(`\${${secretAddress}.id}`);
  expect(template.resource("aws_secretsmanager_secret_policy").secret_arn).toBe(`\${${secretAddress}.arn}`);
});

test("is protected by its policy and never public", () => {
  const { policy, block_public_policy } = template.resource("aws_secretsmanager_secret_policy");
  expect(block_public_policy).toBe(true);
  expect(template.statements(policy)).toEqual([
    expect.objectContaining({ sid: "OnlyThisAccount", resources: ["*"] }),
  ]);
});

test("names the deployers in its policy", () => {
  const { template } = rotatedSecret({ deployers: ["arn:deployer"] });
  const { policy } = template.resource("aws_secretsmanager_secret_policy");
  expect(template.statement(policy, "OnlyDeployersDeleteOrChange").condition?.[0]?.values).toEqual([
    "arn:aws:iam::111122223333:root",
    "arn:deployer",
  ]);
});

test("leaves the rotation function what it writes", () => {
  const { template } = rotatedSecret({ deployers: ["arn:deployer"] });
  const { policy } = template.resource("aws_secretsmanager_secret_policy");
  expect(template.statement(policy, "OnlyDeployersAndRotationWrite").condition?.[0]?.values).toContain(
    account.roleArn(template.resource("aws_iam_role").name),
  );
});

test("holds planners to the version that Terraform wrote", () => {
  const { template } = rotatedSecret({ planners: ["arn:planner"] });
  const { policy } = template.resource("aws_secretsmanager_secret_policy");
  const { condition } = template.statement(policy, "PlannersReadNoPassword");
  expect(condition?.map(({ values }) => values)).toEqual([
    ["arn:planner"],
    [template.reference("version_id", "aws_secretsmanager_secret_version")],
  ]);
});

test("carries what rotation may grant as tags", () => {
  const { template } = rotatedSecret({ groupRoles: ["readers"] });
  expect(template.resource("aws_secretsmanager_secret").tags).toEqual({
    "rotation:user": "orders",
    "rotation:database": "app",
    "rotation:strategy": "single-user",
    "rotation:group-roles": "readers",
    "rotation:value": expect.any(String),
  });
});

test("rotates by the function that exists, not by a name for it", () => {
  expect(rotation.rotation_lambda_arn).toBe(template.reference("arn", "aws_lambda_function"));
});

test("rotates only after version, policy, permission, role policy and the way to the database exist", () => {
  expect([...rotation.depends_on].sort()).toEqual([
    template.address("aws_iam_role_policy", "RotationPolicy"),
    template.address("aws_kms_key"),
    template.address("aws_lambda_permission"),
    template.address("aws_secretsmanager_secret_policy"),
    template.address("aws_secretsmanager_secret_version"),
  ]);
});

test.each([true, false])("rotates on creation: %s", (immediately) => {
  const { template } = rotatedSecret({ immediately });
  expect(template.resource("aws_secretsmanager_secret_rotation").rotate_immediately).toBe(immediately);
});

test.each([
  ["rate(7 days)", undefined, { automatically_after_days: 7 }],
  ["rate(1 day)", "3h", { automatically_after_days: 1, duration: "3h" }],
  ["rate(12 hours)", undefined, { schedule_expression: "rate(12 hours)" }],
  ["cron(0 18 ? * SUN *)", "3h", { schedule_expression: "cron(0 18 ? * SUN *)", duration: "3h" }],
])("%s in a window of %s is written as Secrets Manager reports it", (schedule, window, rules) => {
  const { template } = rotatedSecret({ schedule, window });
  expect(template.resource("aws_secretsmanager_secret_rotation").rotation_rules).toEqual(rules);
});

test.each([
  ["rate(14 days)", false, 0],
  ["rate(15 days)", false, 1],
  ["rate(15 days)", true, 0],
  ["cron(0 18 1 * ? *)", false, 0],
])(
  "%s of a function kept from idle: %s gives %i warnings about Lambda's idle limit",
  (schedule, keptFromIdle, count) => {
    const warnings = jest.spyOn(Annotations.prototype, "addWarning");
    rotatedSecret({ schedule, keptFromIdle });
    const messages = warnings.mock.calls.map(([message]) => message);
    warnings.mockRestore();
    expect(messages.filter((message) => message.includes("idle for 14 days"))).toHaveLength(count);
  },
);

test("keeps its shape", () => {
  expect({
    secret: template.resource("aws_secretsmanager_secret"),
    version,
    policy: template.resource("aws_secretsmanager_secret_policy"),
    rotation,
  }).toMatchSnapshot();
});
