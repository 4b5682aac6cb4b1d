import { TerraformOutput } from "cdktf";
import { AdoptedFunction, type AdoptedFunctionProps } from "../../../constructs/functions/adopted-function";
import { NativeBackend } from "../../../constructs/native/native-backend";
import { account, database, host, rotationZip } from "../../support/fixtures";
import { synthesize } from "../../support/template";

function adoptedFunction(
  use: (legacy: AdoptedFunction) => void = () => {},
  changes: Partial<AdoptedFunctionProps> = {},
) {
  return synthesize((scope) => {
    const props = { host, roleName: "legacy-role", securityGroupId: "sg-legacy", ...changes };
    const legacy = new AdoptedFunction(scope, "Legacy", props);
    use(legacy);
    return legacy;
  });
}

describe("a function that exists already and may read a secret", () => {
  const { built, template, resolve } = synthesize((scope) => {
    const backend = new NativeBackend(scope, "Native", {
      host,
      databases: { main: database },
      secrets: [
        {
          name: "orders",
          database: "main",
          user: "orders",
          strategy: "single-user",
          schedule: "rate(7 days)",
        },
      ],
      rotation: { code: rotationZip, immediately: true },
      secretRecoveryDays: 30,
      extensionLayers: { arm64: "arn:layer:arm64" },
    });
    const legacy = new AdoptedFunction(scope, "Legacy", {
      host,
      roleName: "legacy-role",
      securityGroupId: "sg-legacy",
    });
    new TerraformOutput(scope, "layers", { value: legacy.layers, staticId: true });
    backend.grantRead(legacy, "orders");
    return legacy;
  });

  test("gets the permission by an inline policy of its role, under a name of the environment's own", () => {
    const { name, policy } = template.resource("aws_iam_role_policy", { role: "legacy-role" });
    expect(name).toMatch(/^app-readsecrets-[0-9a-f]{8}$/);
    expect(template.statements(policy).map(({ actions }) => actions)).toEqual([
      ["rds-db:connect"],
      ["secretsmanager:GetSecretValue"],
      ["kms:Decrypt"],
    ]);
  });

  test("is not changed: its owner sets the variables and layers that it is told of", () => {
    expect(template.resources("aws_lambda_function")).toHaveLength(1);
    expect(resolve(built.variables)).toEqual({
      SECRET_SOURCES: "secrets-manager-extension",
      SECRET_PREFIX: "app/",
      SECRETS_MANAGER_TTL: "0",
    });
    expect(template.outputs.layers?.value).toEqual(["arn:layer:arm64"]);
  });
});

test("may be one of two for the same role, whose policies do not overwrite each other", () => {
  const { template } = synthesize((scope) => {
    for (const id of ["One", "Other"]) {
      const props = { host, roleName: "legacy-role", securityGroupId: "sg-legacy" };
      new AdoptedFunction(scope, id, props).allow("Read", [
        { actions: ["s3:GetObject"], resources: ["arn:x"] },
      ]);
    }
  });
  const names = template.resources("aws_iam_role_policy").map(({ name }) => name);
  expect(new Set(names).size).toBe(2);
});

test.each(["path/legacy", "arn:aws:iam::111122223333:role/legacy", "a role"])(
  "refuses %s, which is no name of a role",
  (roleName) => {
    const message = "test/Legacy: `roleName` must be the name of a role, without a path";
    expect(() => adoptedFunction(() => {}, { roleName })).toThrow(message);
  },
);

test("is known by its role, whose unique id is looked up only where somebody asks for it", () => {
  const { built, template } = adoptedFunction();
  expect(built.role).toMatchObject({ name: "legacy-role", arn: account.roleArn("legacy-role") });
  expect(template.text).not.toContain("aws_iam_role");
  const asked = adoptedFunction((legacy) => [legacy.role.uniqueId, legacy.role.uniqueId]);
  expect(asked.template.text).toContain('"aws_iam_role"');
});
