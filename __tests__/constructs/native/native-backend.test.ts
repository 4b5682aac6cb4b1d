import { PrivateFunction } from "../../../constructs/functions/private-function";
import {
  NativeBackend,
  type NativeBackendProps,
  type NativeSecret,
} from "../../../constructs/native/native-backend";
import { account, database, functionProps, host, rotationZip } from "../../support/fixtures";
import { jsonencoded, type Statement, synthesize } from "../../support/template";

const orders: NativeSecret = {
  name: "orders",
  database: "main",
  user: "orders",
  strategy: "alternating-users",
  schedule: "rate(7 days)",
};
const reporting: NativeSecret = {
  name: "reporting",
  database: "main",
  user: "reporting",
  strategy: "single-user",
  schedule: "rate(7 days)",
  iamUser: "reporting_iam",
};
const props: NativeBackendProps = {
  host,
  databases: { main: database },
  secrets: [orders, reporting],
  rotation: { code: rotationZip, immediately: true },
  secretRecoveryDays: 30,
};
const extensionLayers = { arm64: "arn:layer:arm64", x86_64: "arn:layer:x86_64" };

function nativeBackend(changes: Partial<NativeBackendProps> = {}, ...read: string[]) {
  return synthesize((scope) => {
    const backend = new NativeBackend(scope, "Native", { ...props, ...changes });
    if (read.length > 0) {
      const reader = new PrivateFunction(scope, "Reader", functionProps);
      for (const name of read) backend.grantRead(reader, name);
    }
    return backend;
  });
}

const userArn = (user: string) => `arn:aws:rds-db:ap-northeast-2:111122223333:dbuser:cluster-ABC/${user}`;

describe("secrets", () => {
  const { built, template, resolve } = nativeBackend();

  test("are named behind the prefix", () => {
    expect(template.resources("aws_secretsmanager_secret").map(({ name }) => name)).toEqual([
      "app/orders",
      "app/reporting",
    ]);
    expect(resolve(built.secretArns)).toEqual({
      orders: template.reference("arn", "aws_secretsmanager_secret", "Secret-orders"),
      reporting: template.reference("arn", "aws_secretsmanager_secret", "Secret-reporting"),
    });
  });

  test("of one database share one rotation function", () => {
    const lambda = template.reference("arn", "aws_lambda_function");
    for (const { rotation_lambda_arn } of template.resources("aws_secretsmanager_secret_rotation"))
      expect(rotation_lambda_arn).toBe(lambda);
    expect(template.resource("aws_lambda_function").function_name).toBe("app-main-rotation");
    expect(built.rotationFunctions.main?.name).toBe("app-main-rotation");
  });

  test("share one key, used through Secrets Manager only", () => {
    const key = template.resource("aws_kms_key");
    expect(template.resource("aws_kms_alias").name).toBe("alias/app-secrets");
    expect(template.statements(key.policy).map(({ sid }) => sid)).toEqual([
      "Administration",
      "ThroughSecretsmanager",
    ]);
    for (const { kms_key_id } of template.resources("aws_secretsmanager_secret"))
      expect(kms_key_id).toBe(template.reference("arn", "aws_kms_key"));
  });

  test("rotate only after version, policies, permission, endpoint and both rules exist", () => {
    for (const name of ["orders", "reporting"]) {
      const address = template.address("aws_secretsmanager_secret_rotation", `Secret-${name}`);
      const secret = template.reference("id", "aws_secretsmanager_secret", `Secret-${name}`);
      const { depends_on } = template.resource("aws_secretsmanager_secret_rotation", { secret_id: secret });
      expect(address).toContain(name);
      expect([...depends_on].sort()).toEqual([
        template.address("aws_iam_role_policy", "RotationPolicy"),
        template.address("aws_lambda_permission"),
        template.address("aws_secretsmanager_secret_policy", `Secret-${name}`),
        template.address("aws_secretsmanager_secret_version", `Secret-${name}`),
        template.address("aws_vpc_endpoint"),
        template.address("aws_vpc_security_group_egress_rule"),
        template.address("aws_vpc_security_group_ingress_rule"),
      ]);
    }
  });

  test("keep their addresses", () => {
    expect(template.addresses).toMatchSnapshot();
  });
});

test("policies are the same for one secret and for two hundred", () => {
  const policies = (count: number) => {
    const secrets = Array.from({ length: count }, (_, number) => ({
      ...orders,
      name: `s${number}`,
      user: `u${number}`,
    }));
    const { template } = nativeBackend({ secrets });
    expect(template.resources("aws_secretsmanager_secret_rotation")).toHaveLength(count);
    return {
      rotation: template.resources("aws_iam_role_policy").map(({ policy }) => template.statements(policy)),
      endpoint: template.statements(template.resource("aws_vpc_endpoint").policy),
      key: template.statements(template.resource("aws_kms_key").policy),
      permissions: template.resources("aws_lambda_permission"),
    };
  };
  expect(policies(200)).toEqual(policies(1));
});

describe("an endpoint that exists already", () => {
  const { template } = nativeBackend({
    secretsManagerEndpoint: { securityGroupId: "sg-existing" },
    secrets: [orders],
  });

  test("is used and given the functions' rule", () => {
    expect(template.resources("aws_vpc_endpoint")).toEqual([]);
    expect(template.resources("aws_security_group")).toEqual([]);
    expect(template.resource("aws_vpc_security_group_ingress_rule").security_group_id).toBe("sg-existing");
  });

  test("is waited for through its rules", () => {
    expect(template.resource("aws_secretsmanager_secret_rotation").depends_on).toEqual(
      expect.arrayContaining([
        template.address("aws_vpc_security_group_egress_rule"),
        template.address("aws_vpc_security_group_ingress_rule"),
      ]),
    );
  });
});

describe("grantRead", () => {
  const { template } = nativeBackend({}, "reporting");
  const { policy } = template.resource("aws_iam_role_policy", { name: "readsecrets" });
  const secretArn = template.reference("arn", "aws_secretsmanager_secret", "Secret-reporting");

  test("gives the seed's policy for the one secret, and its decryption", () => {
    expect(template.statements(policy)).toEqual([
      {
        actions: ["rds-db:connect"],
        resources: [userArn("reporting"), userArn("reporting_iam")],
      },
      {
        actions: ["secretsmanager:GetSecretValue"],
        resources: [secretArn],
        condition: [{ test: "StringEquals", variable: "aws:SourceVpc", values: [host.network.vpcId] }],
      },
      {
        actions: ["kms:Decrypt"],
        resources: [template.reference("arn", "aws_kms_key")],
        condition: [
          {
            test: "StringEquals",
            variable: "kms:ViaService",
            values: ["secretsmanager.ap-northeast-2.amazonaws.com"],
          },
          {
            test: "StringLike",
            variable: "kms:EncryptionContext:SecretARN",
            values: ["*:app/reporting-??????"],
          },
        ],
      },
    ]);
  });

  test("names both users where they alternate", () => {
    const { template } = nativeBackend({}, "orders");
    const { policy } = template.resource("aws_iam_role_policy", { name: "readsecrets" });
    expect(template.statements(policy)[0]?.resources).toEqual([userArn("orders"), userArn("orders_clone")]);
  });

  test("for a second secret adds that to the first, and nothing else", () => {
    const { template } = nativeBackend({}, "orders", "reporting");
    const { policy } = template.resource("aws_iam_role_policy", { name: "readsecrets" });
    const [connect, read, decrypt] = template.statements(policy);
    expect(connect?.resources).toEqual(["orders", "orders_clone", "reporting", "reporting_iam"].map(userArn));
    expect(read?.resources).toEqual(
      ["orders", "reporting"].map((name) =>
        template.reference("arn", "aws_secretsmanager_secret", `Secret-${name}`),
      ),
    );
    expect(decrypt?.condition?.[1]?.values).toEqual(["*:app/orders-??????", "*:app/reporting-??????"]);
  });

  test("for a secret that the function may read already adds nothing", () => {
    const { template } = nativeBackend({}, "orders", "orders");
    const { policy } = template.resource("aws_iam_role_policy", { name: "readsecrets" });
    expect(template.statements(policy)).toHaveLength(3);
    expect(template.statements(policy)[1]?.resources).toHaveLength(1);
  });

  test("tells secrets apart whose names differ in upper case only", () => {
    const secrets = [orders, { ...reporting, name: "Orders" }];
    const { template } = nativeBackend({ secrets }, "orders", "Orders");
    const { policy } = template.resource("aws_iam_role_policy", { name: "readsecrets" });
    expect(template.statements(policy)[1]?.resources).toHaveLength(2);
  });

  test("gives two functions a policy each, of their own secret alone", () => {
    const { template } = synthesize((scope) => {
      const backend = new NativeBackend(scope, "Native", props);
      for (const name of ["orders", "reporting"]) {
        backend.grantRead(new PrivateFunction(scope, name, { ...functionProps, name }), name);
      }
    });
    const policies = template
      .resources("aws_iam_role_policy")
      .filter(({ name }) => name === "readsecrets")
      .map(({ policy }) => template.statements(policy)[1]?.resources);
    expect(policies).toEqual([
      [template.reference("arn", "aws_secretsmanager_secret", "Secret-orders")],
      [template.reference("arn", "aws_secretsmanager_secret", "Secret-reporting")],
    ]);
  });

  test("for forty secrets stays below what IAM allows for the policies of a role", () => {
    const secrets = Array.from({ length: 40 }, (_, number) => ({
      ...reporting,
      name: `orders-${number + 10}`,
      user: `orders_${number + 10}`,
      iamUser: undefined,
    }));
    const cluster = { ...database, clusterResourceId: "cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ" };
    const { template } = nativeBackend(
      { secrets, databases: { main: cluster } },
      ...secrets.map(({ name }) => name),
    );
    const role = template.reference("name", "aws_iam_role", "Reader");
    const policies = template.resources("aws_iam_role_policy").filter((policy) => policy.role === role);
    const characters = policies.map(({ policy }) => asDeployed(template.statements(policy)).length);
    expect(characters).toHaveLength(2);
    expect(characters.reduce((sum, each) => sum + each)).toBeLessThan(10_240);
  });

  test("tells the function where secrets are, and no value", () => {
    const { environment } = template.resource("aws_lambda_function", { function_name: "app-reader" });
    expect(environment.variables).toEqual({ SECRET_PREFIX: "app/", SECRET_SOURCES: "secrets-manager" });
  });

  test("through AWS's extension adds its layer, and has it ask Secrets Manager each time", () => {
    const { built, template } = nativeBackend({ extensionLayers }, "orders");
    const { environment, layers } = template.resource("aws_lambda_function", { function_name: "app-reader" });
    expect(built.sources).toEqual(["secrets-manager-extension"]);
    expect(layers).toEqual(["arn:layer:arm64"]);
    expect(environment.variables).toEqual({
      SECRET_PREFIX: "app/",
      SECRET_SOURCES: "secrets-manager-extension",
      SECRETS_MANAGER_TTL: "0",
    });
  });

  test("through AWS's extension adds the layer for the function's own architecture", () => {
    const { template } = synthesize((scope) => {
      const reader = new PrivateFunction(scope, "Reader", { ...functionProps, architecture: "x86_64" });
      new NativeBackend(scope, "Native", { ...props, extensionLayers }).grantRead(reader, "orders");
    });
    const { layers } = template.resource("aws_lambda_function", { function_name: "app-reader" });
    expect(layers).toEqual(["arn:layer:x86_64"]);
  });

  test("refuses a function of an architecture for which AWS's extension has no layer", () => {
    expect(() => nativeBackend({ extensionLayers: { x86_64: "arn:layer:x86_64" } }, "orders")).toThrow(
      "there must be a layer with the AWS Parameters and Secrets Lambda Extension for arm64; name its ARN",
    );
  });

  test("refuses a secret that it does not have", () => {
    expect(() => nativeBackend({}, "billing")).toThrow(
      'test/Native: `secretName` must be one of orders, reporting, got "billing"',
    );
  });
});

describe("several databases", () => {
  const billing: NativeSecret = { ...orders, name: "billing", database: "ledger" };
  const ledger = {
    ...database,
    host: "ledger.example",
    port: 3306,
    databaseName: "ledger",
    clusterResourceId: "cluster-LEDGER",
    securityGroupId: "sg-ledger",
    superuserSecretArn: account.arn("secretsmanager", "secret:ledger-AbCdEf"),
  };
  const { built, template } = nativeBackend(
    { databases: { main: database, ledger, idle: database }, secrets: [orders, billing] },
    "orders",
    "billing",
  );

  test("have a rotation function each, if they have secrets", () => {
    expect(Object.keys(built.rotationFunctions)).toEqual(["main", "ledger"]);
  });

  test("are reached by their own rotation function alone, with their own superuser", () => {
    for (const [name, { host, superuserSecretArn }] of Object.entries({ main: database, ledger })) {
      const rotation = template.resource("aws_lambda_function", { function_name: `app-${name}-rotation` });
      expect(rotation.environment.variables).toMatchObject({
        DATABASE_HOSTS: host,
        SUPERUSER_SECRET_ARN: superuserSecretArn,
      });
      const role = template.reference("name", "aws_iam_role", `Rotation-${name}`);
      const { policy } = template.resource("aws_iam_role_policy", { name: "rotation", role });
      expect(template.statement(policy, "ReadSuperuser").resources).toEqual([superuserSecretArn]);
    }
  });

  test("give each secret the connection of its own database", () => {
    const { secret_string } = template.resource("aws_secretsmanager_secret_version", {
      secret_id: template.reference("id", "aws_secretsmanager_secret", "Secret-billing"),
    });
    expect(jsonencoded(secret_string)).toMatchObject({
      host: "ledger.example",
      port: 3306,
      dbname: "ledger",
    });
  });

  test("are named in what a function may connect to with IAM", () => {
    const { policy } = template.resource("aws_iam_role_policy", { name: "readsecrets" });
    expect(template.statements(policy)[0]?.resources).toContain(
      account.arn("rds-db", "dbuser:cluster-LEDGER/orders"),
    );
  });

  test("must have the database that a secret names", () => {
    const secrets = [{ ...orders, database: "leger" }];
    expect(() => nativeBackend({ secrets })).toThrow(
      'test/Native: `database` of a secret must be one of main, got "leger"',
    );
  });
});

test("permitRead gives the permissions of grantRead, and leaves the function as it is", () => {
  const { template } = synthesize((scope) => {
    const backend = new NativeBackend(scope, "Native", { ...props, extensionLayers });
    backend.permitRead(new PrivateFunction(scope, "Reader", functionProps), "orders");
  });
  const reader = template.resource("aws_lambda_function", { function_name: "app-reader" });
  expect(reader).not.toHaveProperty("layers");
  expect(reader.environment.variables).toEqual({});
  const { policy } = template.resource("aws_iam_role_policy", { name: "readsecrets" });
  expect(template.statements(policy)).toHaveLength(3);
});

/** The policy in JSON, as `aws_iam_policy_document` renders it, without blanks, which IAM does not count. */
function asDeployed(statements: readonly Statement[]): string {
  const oneOrMore = (values: readonly string[]) => (values.length === 1 ? values[0] : values);
  const policy = {
    Version: "2012-10-17",
    Statement: statements.map(({ sid, effect = "Allow", actions, resources = [], condition = [] }) => ({
      ...(sid && { Sid: sid }),
      Effect: effect,
      Action: oneOrMore(actions),
      Resource: oneOrMore(resources),
      ...(condition.length > 0 && {
        Condition: Object.fromEntries(
          condition.map(({ test, variable, values }) => [test, { [variable]: oneOrMore(values) }]),
        ),
      }),
    })),
  };
  return JSON.stringify(policy)
    .replace(/\$\{aws_secretsmanager_secret\.[^}]*Secret-([\w-]+)_\w{8}\.arn\}/g, (_, name) =>
      account.arn("secretsmanager", `secret:app/${name}-AbCdEf`),
    )
    .replace(/\$\{aws_kms_key\.[^}]*\}/g, account.arn("kms", "key/1234abcd-12ab-34cd-56ef-1234567890ab"))
    .replace(
      /\$\{aws_cloudwatch_log_group\.[^}]*\}/g,
      account.arn("logs", "log-group:/aws/lambda/app-reader"),
    );
}
