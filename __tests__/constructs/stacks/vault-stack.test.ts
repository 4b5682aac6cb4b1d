import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadEnvironment } from "../../../constructs/environment";
import { changed, environmentFolder } from "../../support/environment-files";
import { certificateAuthorityPem } from "../../support/fixtures";
import { shippedSettings, shippedWith, synthesizeEnvironment, vaultInVpc } from "../../support/shipped";

function synthesized(changes: Readonly<Record<string, unknown>> = {}, name = "vault") {
  return synthesizeEnvironment(shippedWith(name, ["vault"], changes));
}

function vault(changes: Readonly<Record<string, unknown>> = {}, name = "vault") {
  return synthesized(changes, name).stack("vault");
}

describe("the provider", () => {
  test("is told where Vault is, and gets its token from nowhere in the files", () => {
    expect(vault().provider("vault")).toEqual({ address: "https://vault.example.internal:8200" });
  });

  test("is the version that hides an access key, not the one of its bindings", () => {
    expect(vault().terraform.required_providers.vault).toEqual({
      source: "hashicorp/vault",
      version: "5.9.0",
    });
  });

  test("is another version where the environment says so", () => {
    const { required_providers } = vault({ "vault.providerVersion": "5.10.1" }).terraform;
    expect(required_providers.vault.version).toBe("5.10.1");
  });

  test("works in a namespace, as functions do", () => {
    const { stack } = synthesized({ "vault.server.namespace": "team-a" });
    expect(stack("vault").provider("vault").namespace).toBe("team-a");
    const { environment } = stack("functions").resource("aws_lambda_function");
    expect(environment.variables.VAULT_NAMESPACE).toBe("team-a");
  });
});

test("Vault's certificate authority goes to the provider as a file, to functions as text", () => {
  const settings = changed(shippedSettings("vault"), { "vault.server.certificateAuthorityFile": "ca.pem" });
  const root = environmentFolder({ "vault.json": settings, "ca.pem": certificateAuthorityPem });
  const { directory, stack } = synthesizeEnvironment(loadEnvironment("vault", { root, variables: {} }));
  const file = join(directory, "stacks", "vault-vault", stack("vault").provider("vault").ca_cert_file);
  expect(existsSync(file) && readFileSync(file, "utf8")).toBe(certificateAuthorityPem);
  const { environment } = stack("functions").resource("aws_lambda_function");
  expect(environment.variables.VAULT_CACERT_BYTES).toBe(certificateAuthorityPem);
});

describe("the STS region", () => {
  const regions = (changes: Readonly<Record<string, unknown>> = {}) => {
    const { stack } = synthesized(changes);
    const { sts_endpoint, sts_region } = stack("vault").resource("vault_aws_auth_backend_client");
    const { environment } = stack("functions").resource("aws_lambda_function");
    return [sts_endpoint, sts_region, environment.variables.VAULT_STS_ENDPOINT_REGION];
  };

  test("is the environment's, in all three places", () => {
    expect(regions()).toEqual([
      "https://sts.ap-northeast-2.amazonaws.com",
      "ap-northeast-2",
      "ap-northeast-2",
    ]);
  });

  test("is another one in all three places", () => {
    expect(regions({ "vault.auth": { stsRegion: "eu-west-1" } })).toEqual([
      "https://sts.eu-west-1.amazonaws.com",
      "eu-west-1",
      "eu-west-1",
    ]);
  });

  test("stays the environment's where Vault has an endpoint in a shared VPC", () => {
    const template = vault({}, "adopt");
    expect(template.resource("vault_aws_auth_backend_client")).toMatchObject({
      sts_endpoint: `https://${template.reference("dns_entry[0].dns_name", "aws_vpc_endpoint")}`,
      sts_region: "ap-northeast-2",
    });
  });
});

describe("the way to Vault", () => {
  const egress = (changes: Readonly<Record<string, unknown>>, name?: string) =>
    vault(changes, name).resources("aws_vpc_security_group_egress_rule");

  test("is anywhere in the VPC if the environment does not say", () => {
    expect(egress({})).toMatchObject([{ cidr_ipv4: "10.50.0.0/16", from_port: 8200 }]);
  });

  test("is anywhere in an adopted VPC, whose addresses AWS knows", () => {
    const [rule, ...more] = egress({ "vault.server.location": undefined }, "adopt");
    expect(rule?.cidr_ipv4).toMatch(/aws_vpc.*cidr_block/);
    expect(more).toEqual([]);
  });

  test("is the port of HTTPS if the address has none", () => {
    expect(egress({ "vault.server.address": "https://vault.example" })).toMatchObject([{ from_port: 443 }]);
  });

  test("has an endpoint for Vault's own calls where Vault is in the VPC, unless there is one", () => {
    const endpoints = (location: unknown) =>
      vault({ "vault.server.location": location }).resources("aws_vpc_endpoint");
    expect(endpoints(vaultInVpc.location)).toMatchObject([{ private_dns_enabled: true }]);
    expect(endpoints({ ...vaultInVpc.location, stsEndpoint: false })).toEqual([]);
    expect(endpoints({ kind: "elsewhere", cidrs: ["10.90.0.0/24"] })).toEqual([]);
  });
});

describe("tokens", () => {
  const boundTo = (changes: Readonly<Record<string, unknown>>, name?: string) =>
    vault(changes, name).resource("vault_aws_auth_backend_role").token_bound_cidrs;

  test("are bound to the functions' subnets", () => {
    expect(boundTo({})).toEqual([
      `$${'{cidrsubnet("10.50.0.0/16", 4, 0)}'}`,
      `$${'{cidrsubnet("10.50.0.0/16", 4, 2)}'}`,
    ]);
    expect(boundTo({}, "adopt")).toHaveLength(2);
  });

  test("are bound to other addresses, or to none, if the environment says so", () => {
    expect(boundTo({ "vault.auth": { boundCidrs: ["10.90.0.0/24"] } })).toEqual(["10.90.0.0/24"]);
    expect(boundTo({ "vault.auth": { boundCidrs: [] } })).toBeUndefined();
  });
});

test("logins are signed for the address's host, or for what the environment says", () => {
  const serverId = (changes: Readonly<Record<string, unknown>>) =>
    vault(changes).resource("vault_aws_auth_backend_client").iam_server_id_header_value;
  expect(serverId({})).toBe("vault.example.internal");
  expect(serverId({ "vault.auth": { serverId: "other" } })).toBe("other");
});

describe("the auth method's mount", () => {
  const mounted = (changes: Readonly<Record<string, unknown>>) => {
    const { stack } = synthesized(changes);
    const { environment } = stack("functions").resource("aws_lambda_function");
    return [stack("vault").resource("vault_auth_backend").path, environment.variables.VAULT_AUTH_PROVIDER];
  };

  test("is one of the environment's own, which functions log in at", () => {
    expect(mounted({})).toEqual(["secrets-vault-aws", "secrets-vault-aws"]);
  });

  test("is another one if the environment names it", () => {
    expect(mounted({ "vault.auth": { mount: "team/aws" } })).toEqual(["team/aws", "team/aws"]);
  });
});

describe("secrets", () => {
  test("are in a mount of the environment's own, or another, below a prefix only if there is one", () => {
    const path = (kv: unknown) => vault({ "vault.kv": kv }).outputs.secrets_path?.value;
    expect(path({})).toBe("secrets-vault-kv/data/");
    expect(path({ prefix: "team/orders" })).toBe("secrets-vault-kv/data/team/orders/");
    expect(path({ mount: "kv/data/test" })).toBe("kv/data/test/data/");
  });

  test("are kept from being destroyed, except where the environment says so, as the shipped one does", () => {
    const protection = (name: string) => vault({}, name).resource("vault_mount").lifecycle;
    expect(protection("prod")).toEqual({ prevent_destroy: true });
    expect(protection("vault")).toBeUndefined();
  });

  test("have the settings of the environment", () => {
    const template = vault({
      "vault.kv": { mount: "kv", prefix: "team", maxVersions: 3 },
      "vault.testSecret": "orders",
    });
    expect(template.resource("vault_kv_secret_backend_v2").max_versions).toBe(3);
    expect(template.resource("vault_policy").policy).toContain("kv/data/team/orders");
    expect(template.resource("vault_kv_secret_v2").name).toBe("team/orders");
  });
});

describe("the extension", () => {
  const layers = (extension: unknown, changes: Readonly<Record<string, unknown>> = {}) =>
    synthesized({ "vault.extension": extension, ...changes })
      .stack("functions")
      .resource("aws_lambda_function").layers;

  test("is HashiCorp's newest layer for region and architecture", () => {
    const layer = "arn:aws:lambda:ap-northeast-2:634166935893:layer:vault-lambda-extension";
    expect(layers({})).toEqual([`${layer}-arm64:15`]);
    expect(layers({}, { "functions[0].architecture": "x86_64" })).toEqual([`${layer}:27`]);
  });

  test("is the seed's layer if asked for", () => {
    expect(layers({ release: "0.10.3" }, { "functions[0].architecture": "x86_64" })).toEqual([
      "arn:aws:lambda:ap-northeast-2:634166935893:layer:vault-lambda-extension:19",
    ]);
  });

  test.each(["arm64", "x86_64"])("is a layer of one's own if it is named, on %s", (architecture) => {
    const layer = "arn:aws:lambda:ap-northeast-2:111122223333:layer:vault:1";
    const settings = { "functions[0].architecture": architecture };
    expect(layers({ layerArns: { [architecture]: layer } }, settings)).toEqual([layer]);
  });
});

test("an audit device is made only if asked for", () => {
  expect(vault().resources("vault_audit")).toEqual([]);
  expect(vault({ "vault.audit": { filePath: "/var/log/vault/audit.log" } }).resource("vault_audit")).toEqual({
    type: "file",
    path: "secrets-vault-file",
    options: { file_path: "/var/log/vault/audit.log" },
  });
});

test("logins are limited only if asked for", () => {
  expect(vault().resources("vault_quota_rate_limit")).toEqual([]);
  expect(vault({ "vault.loginsPerSecond": 5 }).resource("vault_quota_rate_limit").rate).toBe(5);
});
