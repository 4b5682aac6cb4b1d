import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  findVaultBinary,
  findVaultExtensionBinary,
  VAULT_EXTENSION_HINT,
  VAULT_HINT,
} from "../../../scripts/machine/vault-binaries";
import { createCertificateAuthority } from "../../../scripts/support/certificates";
import { type AwsEmulator, startAwsEmulator } from "../../../testbed/aws/aws-emulator";
import type { Invocation } from "../../../testbed/lambda/lambda-runner";
import { seedLayers } from "../../../testbed/lambda/layers";
import { type LocalVault, startVault } from "../../../testbed/vault/server";
import { describeNeeding } from "../../support/needing";
import { applyOverHttp } from "../../support/vault/apply-over-http";
import { DeployedFunctions } from "../lambda/deployed-functions";

const REGION = "ap-northeast-2";
const LAYER = "vault-lambda-extension-arm64";
const LAYER_ARN = `arn:aws:lambda:${REGION}:634166935893:layer:${LAYER}:13`;
const SERVER_ID = "vault.example.internal";

const NEEDED = {
  [VAULT_HINT]: findVaultBinary(),
  [VAULT_EXTENSION_HINT]: findVaultExtensionBinary(),
};

describeNeeding("a function with Vault's real extension", NEEDED, (vaultBinary = "", extension = "") => {
  let directory: string;
  let emulator: AwsEmulator;
  let vault: LocalVault;
  let functions: DeployedFunctions;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "vault-extension-"));
    const tls = await createCertificateAuthority("Vault test");
    [emulator, vault] = await Promise.all([
      startAwsEmulator({ directory }),
      startVault({ directory: join(directory, "vault"), binary: vaultBinary, tls }),
    ]);
    functions = await DeployedFunctions.on(emulator.endpoint, directory);
    await seedLayers(emulator.endpoint, REGION, [LAYER_ARN]);
    await applyOverHttp(stack(emulator.endpoint), { ...vault, token: vault.rootToken });
  });

  afterAll(async () => {
    await vault?.stop();
    await emulator?.stop();
    rmSync(directory, { recursive: true });
  });

  /** What a Vault stack configures, for the functions' role and nobody's. */
  function stack(stsEndpoint: string): string {
    const role = {
      auth_type: "iam",
      resolve_aws_unique_ids: false,
      token_policies: [`\${vault_policy.reader.name}`],
    };
    const backend = `\${vault_auth_backend.aws.path}`;
    const resource = {
      vault_auth_backend: { aws: { type: "aws", path: "aws" } },
      vault_aws_auth_backend_client: {
        aws: {
          backend,
          sts_endpoint: stsEndpoint,
          sts_region: REGION,
          iam_server_id_header_value: SERVER_ID,
        },
      },
      vault_aws_auth_backend_role: {
        reader: { ...role, backend, role: "reader", bound_iam_principal_arns: [DeployedFunctions.roleArn] },
        other: {
          ...role,
          backend,
          role: "other",
          bound_iam_principal_arns: ["arn:aws:iam::123456789012:role/other"],
        },
      },
      vault_policy: { reader: { name: "reader", policy: 'path "kv/data/x" { capabilities = ["read"] }' } },
      vault_mount: { kv: { path: "kv", type: "kv", options: { version: "2" } } },
      vault_kv_secret_v2: {
        x: { mount: `\${vault_mount.kv.path}`, name: "x", data_json: '{"answer":"from Vault"}' },
      },
    };
    const file = join(directory, "cdk.tf.json");
    writeFileSync(file, JSON.stringify({ resource }));
    return file;
  }

  const environment = () => ({
    VLE_VAULT_ADDR: vault.address,
    VAULT_ADDR: "http://127.0.0.1:8200",
    VAULT_CACERT_BYTES: String(vault.caPem),
    VAULT_AUTH_PROVIDER: "aws",
    VAULT_AUTH_ROLE: "reader",
    VAULT_IAM_SERVER_ID: SERVER_ID,
    VAULT_STS_ENDPOINT_REGION: REGION,
    VAULT_RUN_MODE: "proxy",
    VAULT_MAX_RETRIES: "0",
  });

  const node = `
    exports.proxy = async (path) => {
      const response = await fetch(process.env.VAULT_ADDR + "/v1/" + path);
      return { status: response.status, body: await response.json() };
    };
    exports.file = async () => JSON.parse(require("node:fs").readFileSync(process.env.VAULT_SECRET_FILE, "utf8"));`;

  const python = `
import json, os, urllib.request

def handler(path, context):
    with urllib.request.urlopen(os.environ["VAULT_ADDR"] + "/v1/" + path) as response:
        return json.load(response)["data"]["data"]
`;

  async function invoke(
    name: string,
    event: unknown,
    variables: Record<string, string> = {},
    runtime: object = { files: { "index.js": node }, handler: "index.proxy" },
  ): Promise<Invocation> {
    const settings = { files: {}, handler: "", ...runtime };
    await functions.deploy(name, {
      ...settings,
      variables: { ...environment(), ...variables },
      layers: [LAYER_ARN],
    });
    return await functions.runner({ extensions: { [LAYER]: extension } }).invoke(name, event);
  }

  const logOf = ({ log }: Invocation): string => readFileSync(log, "utf8");

  test("reads a secret through the proxy, logged in as its role, with Vault's CA in a variable", async () => {
    const invocation = await invoke("proxy", "kv/data/x");

    expect(invocation.result).toMatchObject({
      status: 200,
      body: { data: { data: { answer: "from Vault" } } },
    });
    expect(logOf(invocation)).not.toContain("from Vault");
  });

  test("gets no further than its policy", async () => {
    expect((await invoke("elsewhere", "kv/data/y")).result).toMatchObject({ status: 403 });
  });

  test("reads it in Python with plain HTTP", async () => {
    const runtime = { runtime: "python3.13", files: { "index.py": python }, handler: "index.handler" };

    expect((await invoke("python", "kv/data/x", {}, runtime)).result).toEqual({ answer: "from Vault" });
  });

  test("reads it from a file that is gone afterwards", async () => {
    const file = join("/tmp/vault", `${process.pid}.json`);
    const variables = { VAULT_RUN_MODE: "file", VAULT_SECRET_PATH: "kv/data/x", VAULT_SECRET_FILE: file };
    const runtime = { files: { "index.js": node }, handler: "index.file" };

    const { result } = await invoke("file", {}, variables, runtime);

    expect(result).toMatchObject({ data: { data: { answer: "from Vault" } } });
    expect(existsSync(file)).toBe(false);
  });

  test.each([
    ["without the CA", { VAULT_CACERT_BYTES: "" }, "certificate signed by unknown authority"],
    ["with another Vault's server id", { VAULT_IAM_SERVER_ID: "other.example" }, "expected .* but got"],
    ["for a Vault role of another IAM role", { VAULT_AUTH_ROLE: "other" }, "does not belong to the role"],
    ["for a Vault role that is not there", { VAULT_AUTH_ROLE: "nobody" }, "entry for role .* not found"],
    ["at an auth mount that is not there", { VAULT_AUTH_PROVIDER: "nowhere" }, "permission denied"],
  ])("does not start %s", async (how, variables, reason) => {
    const invocation = await invoke(how.replace(/\W/g, "-"), "kv/data/x", variables);

    expect(invocation.error?.errorType).toBe("Extension.Crash");
    expect(logOf(invocation)).toMatch(new RegExp(reason));
  });
});
