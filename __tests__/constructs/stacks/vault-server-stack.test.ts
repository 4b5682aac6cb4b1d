import { loadEnvironment } from "../../../constructs/environment";
import { changed, environmentFolder } from "../../support/environment-files";
import { certificateAuthorityPem } from "../../support/fixtures";
import { shippedSettings, shippedWith, synthesizeEnvironment } from "../../support/shipped";
import type { Attributes, Template } from "../../support/template";

const NAME = "vault-server";

function synthesized(changes: Readonly<Record<string, unknown>> = {}) {
  return synthesizeEnvironment(shippedWith(NAME, ["vault"], changes));
}

const { stack } = synthesized();
const read = (output: string, of = NAME) =>
  `\${data.terraform_remote_state.cross-stack-reference-input-${NAME}-${of}.outputs.cross-stack-output-${output}}`;

function data(template: Template, type: string): Attributes[] {
  return Object.values(JSON.parse(template.text).data[type] ?? {});
}

test("functions and Vault's configuration find the server without a value that somebody copied", () => {
  const { variables } = stack("functions").resource("aws_lambda_function").environment;
  expect(variables).toMatchObject({
    VLE_VAULT_ADDR: "https://vault.secrets-server.internal:8200",
    VAULT_AUTH_PROVIDER: "secrets-server-aws",
    VAULT_IAM_SERVER_ID: "vault.secrets-server.internal",
    VAULT_CACERT_BYTES: read("dataaws_ssm_parameterCertificateAuthorityinsecure_value"),
  });
  expect(stack("vault").resource("vault_aws_auth_backend_client").sts_endpoint).toMatch(
    /^https:\/\/\$\{data\.terraform_remote_state\..*Endpoint-sts.*dns_name\}$/,
  );
});

test("the provider reaches the server through a tunnel, too, and takes its certificate for the server's own name", () => {
  expect(stack("vault").provider("vault")).toEqual({
    address: `$${"{var.vault_address}"}`,
    tls_server_name: "vault.secrets-server.internal",
  });
  const { variable } = JSON.parse(stack("vault").text);
  expect(variable.vault_address.default).toBe("https://vault.secrets-server.internal:8200");
});

test("the certificate and its authority are those that vault:tls made", () => {
  expect(data(stack(NAME), "aws_secretsmanager_secret")).toMatchObject([
    { name: "secrets-server/vault-server/certificate" },
  ]);
  expect(data(stack(NAME), "aws_ssm_parameter").map(({ name }) => name)).toContain(
    "/secrets-server/vault-server/authority",
  );
});

test("a certificate of one's own has an authority that a file names", () => {
  const certificateSecretArn = "arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:tls-AbCdEf";
  const settings = changed(shippedSettings(NAME), {
    "vault.server.certificateSecretArn": certificateSecretArn,
    "vault.server.certificateAuthorityFile": "ca.pem",
  });
  const root = environmentFolder({ [`${NAME}.json`]: settings, "ca.pem": certificateAuthorityPem });
  const own = synthesizeEnvironment(loadEnvironment(NAME, { root, variables: {} }));
  expect(data(own.stack(NAME), "aws_secretsmanager_secret")).toEqual([]);
  expect(
    own.stack(NAME).statement(own.stack(NAME).resource("aws_iam_role_policy").policy, "Certificate"),
  ).toMatchObject({ resources: [certificateSecretArn] });
  const { variables } = own.stack("functions").resource("aws_lambda_function").environment;
  expect(variables.VAULT_CACERT_BYTES).toBe(certificateAuthorityPem);
  expect(own.stack("vault").provider("vault").ca_cert_file).toMatch(/ca\.pem$/);
});

test("what the server keeps is in the foundation, so that its program is there before a node starts", () => {
  const foundation = stack("foundation");
  expect(foundation.resource("aws_s3_bucket").bucket).toBe(
    "secrets-server-vault-111122223333-ap-northeast-2",
  );
  expect(foundation.resources("aws_kms_key").map(({ description }) => description)).toEqual(
    expect.arrayContaining([
      "Unseals the Vault server",
      "Volumes, programs and snapshots of the Vault server",
    ]),
  );
  const lists = foundation.resources("aws_route53_resolver_firewall_domain_list");
  expect(lists.flatMap(({ domains }) => domains)).toContain("vault.secrets-server.internal.");
  const logs = foundation.resource("aws_kms_key", {
    description: "Logs of functions, network and databases",
  });
  const [pattern] = foundation.statement(logs.policy, "CloudWatchLogs").condition ?? [];
  expect(pattern?.values).toContain(
    "arn:aws:logs:ap-northeast-2:111122223333:log-group:/aws/vault-server/secrets-server/*",
  );
});

test("commands find nodes, bucket and STS in an output, and no secret is there", () => {
  const { value } = stack(NAME).outputs.vault_server ?? {};
  expect(Object.keys(value).sort()).toEqual([
    "address",
    "bucket",
    "certificate_authority",
    "nodes",
    "sts_url",
  ]);
  const instance = stack(NAME).address("aws_instance", "node-2");
  expect(value.nodes["node-2"]).toMatchObject({ instance_id: `\${${instance}.id}`, resource: instance });
});

test("a tunnel leads to Vault's port of its node, whatever else somebody asks for", () => {
  const server = stack(NAME);
  for (const [id, { tunnel_document }] of Object.entries<Attributes>(
    server.outputs.vault_server?.value.nodes,
  )) {
    expect(tunnel_document).toBe(server.reference("name", "aws_ssm_document", id));
    const { document_type, content } = server.resource("aws_ssm_document", {
      name: `secrets-server-vault-${id}`,
    });
    const { sessionType, parameters, properties } = JSON.parse(content);
    expect([document_type, sessionType]).toEqual(["Session", "Port"]);
    expect(Object.keys(parameters)).toEqual(["localPortNumber"]);
    expect(properties).toMatchObject({
      host: server.reference("private_ip", "aws_network_interface", id),
      portNumber: "8200",
    });
  }
});

const { vault } = shippedSettings(NAME);

test("there is no server where Vault is no backend", () => {
  const { stacks } = synthesizeEnvironment(shippedWith("dev", ["native"], { vault }));
  expect(Object.keys(stacks).sort()).toEqual(["foundation", "functions", "native"]);
  expect(stacks.foundation?.resources("aws_s3_bucket")).toEqual([]);
});

test("beside the native backend, the usual name of Secrets Manager leads to one endpoint", () => {
  const { stacks } = synthesizeEnvironment(shippedWith("dev", ["native", "vault"], { vault }));
  const endpoints = Object.values(stacks).flatMap((template) => template.resources("aws_vpc_endpoint"));
  const named = endpoints
    .filter(({ service_name }) => service_name.endsWith(".secretsmanager"))
    .map(({ private_dns_enabled }) => private_dns_enabled);
  expect(named.sort()).toEqual([false, true]);
});

test("functions get the way to the server with its configuration, when nobody can initialise it any more", () => {
  const toBalancer = (name: string) =>
    stack(name)
      .resources("aws_vpc_security_group_egress_rule")
      .filter(({ description }) => description === "Lambda functions read secrets from Vault");
  expect(toBalancer(NAME)).toEqual([]);
  expect(toBalancer("vault")).toMatchObject([
    {
      from_port: 8200,
      to_port: 8200,
      referenced_security_group_id: expect.stringContaining("Server_BalancerSecurityGroup"),
    },
  ]);
});
