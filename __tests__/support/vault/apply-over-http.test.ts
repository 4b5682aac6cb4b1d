import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findVaultBinary, VAULT_HINT } from "../../../scripts/machine/vault-binaries";
import { askVault, callVault, type VaultConnection } from "../../../scripts/vault/vault-api";
import { vaultProgram } from "../../../testbed/vault/program";
import { type LocalVault, startVault } from "../../../testbed/vault/server";
import { describeNeeding, skipBecause } from "../needing";
import { applyOverHttp } from "./apply-over-http";
import { serverBinary } from "./server-binary";
import { READER, synthesizedBackend } from "./synthesized-backend";
import { terraformToken } from "./terraform-token";

/** Nothing listens there: what is refused before the first call never finds out. */
const NOWHERE: VaultConnection = { address: "http://127.0.0.1:1" };

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "apply-"));
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

type Resources = Record<string, Record<string, Record<string, unknown>>>;

function stack(resource: Resources): string {
  const file = join(directory, "cdk.tf.json");
  writeFileSync(file, JSON.stringify({ resource }));
  return file;
}

const apply = (resource: Resources, values = {}) => applyOverHttp(stack(resource), NOWHERE, values);

describe("before any call", () => {
  test("a Vault resource of another type is refused by its address", async () => {
    await expect(apply({ vault_token: { root: {} } })).rejects.toThrow(
      "vault_token.root is of a type that is not applied over HTTP",
    );
  });

  test("an argument that would get lost is refused by its name", async () => {
    const args = { name: "a", policy: "", namespace: "team" };

    await expect(apply({ vault_policy: { reader: args } })).rejects.toThrow(
      "vault_policy.reader has the argument namespace",
    );
  });

  test.each(["var.unknown", "vault_mount.missing.path", "vault_policy.reader.id", 'jsonencode({"a" = 1})'])(
    "a reference to %s is refused by its text",
    async (expression) => {
      const args = { name: `\${${expression}}`, policy: "" };

      await expect(apply({ vault_policy: { reader: args } })).rejects.toThrow(`\${${expression}}`);
    },
  );

  test("the value of a secret that is no JSON is not repeated", async () => {
    const args = { mount: "kv", name: "a", data_json_wo: `\${var.value}` };

    const failure = await apply({ vault_kv_secret_v2: { a: args } }, { "var.value": "hunter2" }).catch(
      (error) => error,
    );

    expect(failure.message).toContain("the value of the secret kv/a is no JSON");
    expect(failure.message).not.toContain("hunter");
  });

  test("resources of other providers are left, and listed", async () => {
    expect(await apply({ aws_vpc: { main: {} }, terraform_data: { id: {} } })).toEqual({
      made: [],
      others: ["aws_vpc.main", "terraform_data.id"],
    });
  });
});

async function startServer(binary: string, name: string): Promise<[LocalVault, VaultConnection]> {
  const vault = await startVault({ directory: join(directory, name), binary });
  return [vault, { ...vault, token: vault.rootToken }];
}

describe("applied to a real server", () => {
  let vault: LocalVault;
  let root: VaultConnection;

  beforeAll(async () => {
    [vault, root] = await startServer(await serverBinary(), "server");
  });

  afterAll(() => vault?.stop());

  const read = async (path: string) => (await callVault(root, "GET", path)).data;

  test("rate limit, tuning, policy and custom metadata arrive", async () => {
    await applyOverHttp(
      stack({
        vault_auth_backend: {
          aws: { type: "approle", path: "tuned", tune: [{ default_lease_ttl: "5m", token_type: "batch" }] },
        },
        vault_mount: {
          kv: {
            path: "second",
            type: "kv",
            options: { version: "2" },
            max_lease_ttl_seconds: 600,
            depends_on: ["vault_auth_backend.aws"],
          },
        },
        vault_kv_secret_v2: {
          one: {
            mount: `\${vault_mount.kv.path}`,
            name: `in/\${vault_mount.kv.path}/$\${literal}`,
            data_json: "{}",
            custom_metadata: [{ max_versions: 3, data: { owner: "me" } }],
          },
        },
        vault_policy: {
          reader: { name: "tuned-reader", policy: 'path "second/*" { capabilities = ["read"] }' },
        },
        vault_quota_rate_limit: { logins: { name: "tuned-logins", path: "auth/tuned/login", rate: 5 } },
      }),
      root,
    );

    expect(await read("sys/auth/tuned/tune")).toMatchObject({ default_lease_ttl: 300, token_type: "batch" });
    expect(await read("sys/mounts/second/tune")).toMatchObject({ max_lease_ttl: 600 });
    const path = encodeURI(`second/metadata/in/second/\${literal}`);
    expect(await read(path)).toMatchObject({ max_versions: 3, custom_metadata: { owner: "me" } });
    expect(await read("sys/quotas/rate-limit/tuned-logins")).toMatchObject({
      path: "auth/tuned/login",
      rate: 5,
    });
  });

  test("a refusal of Vault is told by its call", async () => {
    const twice = { path: "twice", type: "kv" };

    await expect(applyOverHttp(stack({ vault_mount: { a: twice, b: twice } }), root)).rejects.toThrow(
      "Vault refused POST sys/mounts/twice: HTTP 400",
    );
    expect((await askVault(root, "GET", "sys/mounts/twice")).status).toBe(200);
  });
});

describeNeeding("applied to a real Vault", { [VAULT_HINT]: findVaultBinary() }, (binary) => {
  let vault: LocalVault;
  let root: VaultConnection;

  beforeAll(async () => {
    [vault, root] = await startServer(binary, "vault");
  });

  afterAll(() => vault?.stop());

  const read = async (path: string) => (await callVault(root, "GET", path)).data;

  test("the synthesized backend is what Vault then has, with the documented policy for a deployer", async () => {
    const accessKey = { userName: "vault", providerVersion: "5.9.0" };
    const synthesized = synthesizedBackend({ auth: { accessKey }, testSecret: "lambda" });
    const token = await terraformToken(root, "deployer", {
      auth: "aws-lambda",
      kv: "kv",
      testSecret: "app/lambda",
    });
    const deployer = { ...root, token };
    const { made, others } = await applyOverHttp(stack(JSON.parse(synthesized.json).resource), deployer, {
      "var.vault_aws_access_key_id": "AKIDEXAMPLE",
      "var.vault_aws_secret_access_key": "not shown",
      "var.vault_test_secret": JSON.stringify({ "api-key": "one" }),
    });

    expect(others).toEqual([]);
    expect(made.map((address) => address.split(".")[0])).toEqual([
      "vault_auth_backend",
      "vault_mount",
      "vault_policy",
      "vault_aws_auth_backend_client",
      "vault_aws_auth_backend_role",
      "vault_kv_secret_backend_v2",
      "vault_kv_secret_v2",
      "vault_quota_rate_limit",
    ]);
    expect(await read("auth/aws-lambda/config/client")).toMatchObject({
      access_key: "AKIDEXAMPLE",
      iam_server_id_header_value: "vault.example",
      sts_endpoint: "https://sts.ap-northeast-2.amazonaws.com",
      sts_region: "ap-northeast-2",
    });
    expect(await read("auth/aws-lambda/role/app-reader")).toMatchObject({
      auth_type: "iam",
      bound_iam_principal_arn: [READER.arn],
      resolve_aws_unique_ids: false,
      token_bound_cidrs: ["10.0.0.0/24"],
      token_no_default_policy: true,
      token_policies: ["aws-lambda-app-reader"],
      token_ttl: 900,
      token_type: "batch",
    });
    expect(await read("sys/quotas/rate-limit/aws-lambda-logins")).toMatchObject({
      path: "auth/aws-lambda/login",
      rate: 5,
    });
    expect(await read("sys/policies/acl/aws-lambda-app-reader")).toMatchObject({
      policy: expect.stringContaining('path "kv/data/app/orders"'),
    });
    expect(await read("kv/config")).toMatchObject({ max_versions: 7 });
    expect(await read("kv/data/app/lambda")).toMatchObject({ data: { "api-key": "one" } });
  });

  const isVault = vaultProgram(binary ?? "").software === "vault";
  if (!isVault) skipBecause("OpenBao takes audit devices from its configuration alone");
  else
    test("an audit device arrives", async () => {
      const log = join(directory, "audit.log");
      const file = { type: "file", path: "log", options: { file_path: log } };

      await applyOverHttp(stack({ vault_audit: { file } }), root);

      expect(await read("sys/audit")).toMatchObject({ "log/": { options: { file_path: log } } });
    });
});
