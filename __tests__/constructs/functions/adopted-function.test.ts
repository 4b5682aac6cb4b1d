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
    expect(name).toBe("app-readsecrets");
    expect(template.statements(policy).map(({ actions }) => actions)).toEqual([
      ["rds-db:connect"],
      ["secretsmanager:GetSecretValue"],
      ["kms:Decrypt"],
    ]);
  });

  test("gets the rules from its own security group to endpoint and database", () => {
    const rules = template
      .resources("aws_vpc_security_group_egress_rule")
      .filter(({ security_group_id }) => security_group_id === "sg-legacy");
    expect(rules.map(({ from_port, referenced_security_group_id: to }) => [from_port, to]).sort()).toEqual([
      [443, template.reference("id", "aws_security_group")],
      [5432, "sg-database"],
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

test("gets one rule for a server, however many secrets lead to it", () => {
  const server = { id: "Database-main", port: 5432, securityGroupId: "sg-database" };
  const { template } = adoptedFunction((legacy) => {
    for (let time = 0; time < 3; time++) legacy.allowConnection(server);
  });
  expect(template.resources("aws_vpc_security_group_egress_rule")).toHaveLength(1);
});

test("gets a rule to addresses where the server has no security group here", () => {
  const server = { id: "Vault-10.90.0.0-24", port: 8200, cidr: "10.90.0.0/24" };
  const { template } = adoptedFunction((legacy) => legacy.allowConnection(server));
  expect(template.resource("aws_vpc_security_group_egress_rule")).toMatchObject({
    security_group_id: "sg-legacy",
    cidr_ipv4: "10.90.0.0/24",
    from_port: 8200,
  });
  expect(template.resources("aws_vpc_security_group_ingress_rule")).toEqual([]);
});

test("is known by its role, whose unique id is looked up only where somebody asks for it", () => {
  const { built, template } = adoptedFunction();
  expect(built.role).toMatchObject({ name: "legacy-role", arn: account.roleArn("legacy-role") });
  expect(template.text).not.toContain("aws_iam_role");
  const asked = adoptedFunction((legacy) => [legacy.role.uniqueId, legacy.role.uniqueId]);
  expect(asked.template.text).toContain('"aws_iam_role"');
});
