import { Annotations } from "cdktf";
import { changed, load } from "../../support/environment-files";
import { shippedSettings, synthesizeEnvironment } from "../../support/shipped";

const dev = shippedSettings("dev");
const adopt = shippedSettings("adopt");

/** Layers of the function that reads from this stack's backend. */
function functionLayers(settings: Record<string, unknown>) {
  return synthesizeEnvironment(load(settings)).stack("functions").resource("aws_lambda_function").layers;
}

function native(settings: Record<string, unknown>) {
  return synthesizeEnvironment(load(settings)).stack("native");
}

test("passes the rotation function's settings on", () => {
  const template = native(
    changed(dev, {
      rotation: { runtime: "nodejs22.x", timeoutSeconds: 120, memoryMegabytes: 512, immediately: false },
    }),
  );
  expect(template.resource("aws_lambda_function")).toMatchObject({
    function_name: "secrets-dev-main-rotation",
    runtime: "nodejs22.x",
    timeout: 120,
    memory_size: 512,
  });
  expect(template.resource("aws_secretsmanager_secret_rotation").rotate_immediately).toBe(false);
});

test("passes the secret's settings on", () => {
  const template = native(
    changed(dev, {
      secretRecoveryDays: 7,
      deployers: ["arn:aws:iam::111122223333:role/d"],
      planners: ["arn:aws:iam::111122223333:role/p"],
    }),
  );
  expect(template.resource("aws_secretsmanager_secret")).toMatchObject({
    name: "secrets-dev/orders",
    recovery_window_in_days: 7,
  });
  const { policy } = template.resource("aws_secretsmanager_secret_policy");
  expect(template.statements(policy).map(({ sid }) => sid)).toEqual([
    "OnlyThisAccount",
    "OnlyDeployersDeleteOrChange",
    "OnlyDeployersAndRotationWrite",
    "PlannersReadNoPassword",
  ]);
});

test.each([
  [{}, 0],
  [{ credentialHealth: false }, 1],
  [false, 1],
])(
  "with operations %j, a secret that is rotated once a month gives %i warnings about Lambda's idle limit",
  (operations, count) => {
    const warnings = jest.spyOn(Annotations.prototype, "addWarning").mockReturnValue();
    const [secret] = dev.secrets;
    native(changed(dev, { operations, secrets: [{ ...secret, schedule: "rate(30 days)" }] }));
    const messages = warnings.mock.calls.map(([message]) => message);
    warnings.mockRestore();
    expect(messages.filter((message) => message.includes("idle for 14 days"))).toHaveLength(count);
  },
);

test("tells the names of secrets and rotation functions", () => {
  const template = native(dev);
  expect(template.outputs).toMatchObject({
    secret_arns: { value: { orders: template.reference("arn", "aws_secretsmanager_secret") } },
    secret_values: {
      value: { orders: template.resource("aws_secretsmanager_secret_version").secret_string },
    },
    rotation_function_names: { value: { main: "secrets-dev-main-rotation" } },
  });
});

test("an adopted network with an endpoint gets the functions' rule on it, no endpoint", () => {
  const template = native(adopt);
  expect(template.resources("aws_vpc_endpoint")).toEqual([]);
  expect(template.resources("aws_security_group")).toEqual([]);
  expect(template.resource("aws_vpc_security_group_ingress_rule").security_group_id).toBe(
    adopt.network.secretsManagerEndpoint.securityGroupId,
  );
});

test("an adopted network without an endpoint gets one in its subnets, with its own group", () => {
  const template = native(changed(adopt, { "network.secretsManagerEndpoint": undefined }));
  expect(template.resource("aws_vpc_endpoint")).toMatchObject({
    vpc_id: adopt.network.vpcId,
    subnet_ids: adopt.network.subnetIds,
    security_group_ids: [template.reference("id", "aws_security_group")],
  });
});

test("the endpoint passes the adopted superuser secret too", () => {
  const template = native(changed(adopt, { "network.secretsManagerEndpoint": undefined }));
  const { policy } = template.resource("aws_vpc_endpoint");
  expect(template.statement(policy, "Secrets").resources).toEqual([
    "arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:secrets-adopt/*",
    adopt.databases.main.superuserSecretArn,
  ]);
});

describe.each([
  ["arm64", "-Arm64:96", "arm64"],
  ["x86_64", ":99", "x86"],
])("functions on %s", (architecture, name, parameter) => {
  const settings = changed(dev, { "functions[0].architecture": architecture });

  test("need no layer unless asked to read through AWS's extension", () => {
    expect(functionLayers(settings)).toBeUndefined();
  });

  test("read through AWS's own layer for region and architecture", () => {
    expect(functionLayers(changed(settings, { native: { delivery: "extension" } }))).toEqual([
      `arn:aws:lambda:ap-northeast-2:738900069198:layer:AWS-Parameters-and-Secrets-Lambda-Extension${name}`,
    ]);
  });

  test("or through the newest, which AWS's public parameter names at each plan", () => {
    const { stack } = synthesizeEnvironment(
      load(changed(settings, { native: { delivery: "extension", newestLayer: true } })),
    );
    const { data } = JSON.parse(stack("native").text);
    expect(data.aws_ssm_parameter[`NewestLayer-${architecture}`].name).toBe(
      `/aws/service/aws-parameters-and-secrets-lambda-extension/${parameter}/latest`,
    );
    const [layer] = stack("functions").resource("aws_lambda_function").layers;
    expect(layer).toMatch(/^\$\{data\.terraform_remote_state\..*insecure_value\}$/);
  });

  test("or through a layer that the environment names", () => {
    const layer = "arn:aws:lambda:ap-northeast-2:111122223333:layer:secrets:7";
    const native = { delivery: "extension", layerArns: { [architecture]: layer } };
    expect(functionLayers(changed(settings, { native }))).toEqual([layer]);
  });
});
