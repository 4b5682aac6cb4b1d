import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { strFromU8, unzipSync } from "fflate";
import { VAULT_PROVIDER_VERSION } from "../../constructs/vault/provider-version";
import {
  findVaultBinary,
  findVaultExtensionBinary,
  VAULT_EXTENSION_HINT,
  VAULT_HINT,
} from "../../scripts/machine/vault-binaries";
import { type CertificateAuthority, createCertificateAuthority } from "../../scripts/support/certificates";
import {
  detectProviderSource,
  hasVaultProvider,
  terraformEnvironment,
} from "../../scripts/terraform/provider-source";
import { terraform } from "../../scripts/terraform/terraform";
import { type Login, logIn } from "../../scripts/vault/aws-login";
import { askVault, callVault } from "../../scripts/vault/vault-api";
import { type AwsEmulator, startAwsEmulator } from "../../testbed/aws/aws-emulator";
import { assumeRole, type RoleCredentials } from "../../testbed/aws/role-credentials";
import { parseLayerArn, seedLayers } from "../../testbed/lambda/layers";
import { searchLeaks } from "../../testbed/local/leak-search";
import { planChanges } from "../../testbed/terraform/plan-changes";
import { vaultProgram } from "../../testbed/vault/program";
import { type LocalVault, startVault } from "../../testbed/vault/server";
import { awsWouldTakeTheRequests } from "../support/aws-requests";
import { applyStack, destroyStack } from "../support/deploy";
import { describeNeeding, skipBecause } from "../support/needing";
import type { RecordedConsumer } from "../support/recorded-consumer";
import { applyOverHttp } from "../support/vault/apply-over-http";
import {
  type Names,
  type TerraformRole,
  terraformPolicy,
  terraformToken,
} from "../support/vault/terraform-token";
import { unusedCapabilities } from "../support/vault/used-capabilities";
import { createRole, deleteRole } from "../testbed/aws/iam-roles";
import { DeployedFunctions } from "../testbed/lambda/deployed-functions";
import { consumer, REGION, SERVER_ID, TTL_SECONDS, VaultStacks } from "./support/vault-stacks";

const TEST_SECRET = '{"api-key":"a value in Vault only"}';
/** What later changes take: of a mount's settings, of a role; and a test secret that goes, as this one does not. */
const LATER = [
  "update sys/mounts/auth/aws/*",
  "update auth/aws/*",
  "read sys/mounts/kv/data/test/*",
  "update sys/mounts/kv/data/test/*",
  "delete kv/data/test/data/lambda",
];
const NAMES = { auth: "aws", kv: "kv/data/test", testSecret: "lambda" };

const provider = detectProviderSource();
const terraformProvider = hasVaultProvider(provider) ? "there" : undefined;
const PROVIDER_HINT = `put hashicorp/vault ${VAULT_PROVIDER_VERSION} into a mirror that TF_PROVIDER_MIRROR names`;

describeNeeding("Vault configured by our stack", { [VAULT_HINT]: findVaultBinary() }, (binary = "") => {
  let directory: string;
  let emulator: AwsEmulator;
  let vault: LocalVault;
  let authority: CertificateAuthority;
  let functions: DeployedFunctions;
  let consumers: Readonly<Record<"reader" | "other", RecordedConsumer>>;
  let stacks: VaultStacks;
  let stack: string;
  let variables: Record<string, string>;
  const isAudited = vaultProgram(binary).software === "vault";

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "vault-deploy-"));
    authority = await createCertificateAuthority("Vault test");
    [emulator, vault] = await Promise.all([
      startAwsEmulator({ directory }),
      startVault({ directory: join(directory, "vault"), binary, tls: authority }),
    ]);
    const audit = { type: "file", options: { file_path: auditLog() } };
    if (isAudited) await callVault({ ...vault, token: vault.rootToken }, "PUT", "sys/audit/file", audit);
    functions = await DeployedFunctions.on(emulator.endpoint, directory);
    variables = {
      ...(await terraformEnvironment(provider, directory)),
      ...(await inVault("deployer", NAMES)),
      VAULT_CACERT_BYTES: String(vault.caPem),
      TF_VAR_vault_test_secret: TEST_SECRET,
    };
    stacks = new VaultStacks({ directory, emulator, vault });
    ({ stack, consumers } = stacks.synthesize("terraform", {}));
    await apply(stack);
  });

  afterAll(async () => {
    await vault?.stop();
    await emulator?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const auditLog = () => join(directory, "audit.log");

  /** Terraform has what docs/permissions.md says that it needs, and no more. */
  const inVault = async (role: TerraformRole, names: Names) => ({
    VAULT_TOKEN: await terraformToken({ ...vault, token: vault.rootToken }, role, names),
  });

  async function apply(folder: string): Promise<void> {
    if (hasVaultProvider(provider)) return await applyStack(folder, { environment: variables });
    console.warn(
      "no mirror has hashicorp/vault: the synthesized resources are applied over Vault's HTTP API",
    );
    await applyOverHttp(
      join(folder, "cdk.tf.json"),
      { ...vault, token: variables.VAULT_TOKEN },
      { "var.vault_test_secret": TEST_SECRET },
    );
  }

  const credentialsOf = (role: string): Promise<RoleCredentials> =>
    assumeRole(emulator.endpoint, REGION, `arn:aws:iam::123456789012:role/${role}`, "function");

  async function loginAs(role: string, changes: Partial<Login> = {}) {
    const credentials = await credentialsOf(role);
    return await logIn(vault, {
      mount: "aws",
      role,
      region: REGION,
      serverId: SERVER_ID,
      credentials,
      ...changes,
    });
  }

  async function tokenOf(role: string): Promise<string> {
    const { status, body } = await loginAs(role);
    expect([status, body?.errors]).toEqual([200, undefined]);
    return String((body?.auth as { client_token?: string } | undefined)?.client_token);
  }

  const read = async (token: string, path: string) => await askVault({ ...vault, token }, "GET", path);

  test("lets a function's role log in and read its secret", async () => {
    const { status, body } = await read(await tokenOf("functions"), "kv/data/test/data/lambda");

    expect(status).toBe(200);
    expect(body).toMatchObject({ data: { data: { "api-key": "a value in Vault only" } } });
  });

  test("gives a token that ends soon, holds one policy and cannot be renewed", async () => {
    const { body } = await loginAs("functions");

    expect(body?.auth).toMatchObject({
      lease_duration: TTL_SECONDS,
      renewable: false,
      token_type: "batch",
      token_policies: ["aws-functions"],
    });
  });

  test.each([
    ["another role's Vault role", { role: "other" }, /does not belong to the role/],
    ["a Vault role that is not there", { role: "nobody" }, /entry for role/],
    ["another Vault's server id", { serverId: "vault.example.com" }, /expected .* but got/],
    ["no server id", { serverId: undefined }, /missing header/],
  ])("refuses a login with %s", async (_, changes, reason) => {
    const { status, body } = await loginAs("functions", changes);

    expect(status).toBe(400);
    expect(String(body?.errors)).toMatch(reason);
  });

  test("refuses every other path, the secret's metadata and a write", async () => {
    const token = await tokenOf("functions");

    for (const path of ["kv/data/test/data/elsewhere", "kv/data/test/metadata/lambda", "sys/mounts"])
      expect([path, (await read(token, path)).status]).toEqual([path, 403]);
    const write = await askVault({ ...vault, token }, "POST", "kv/data/test/data/lambda", { data: {} });
    expect(write.status).toBe(403);
  });

  test("refuses a token after its time", async () => {
    const token = await tokenOf("functions");
    await sleep((TTL_SECONDS + 1) * 1000);

    expect((await read(token, "kv/data/test/data/lambda")).status).toBe(403);
  });

  describeNeeding("and planned again", { [PROVIDER_HINT]: terraformProvider }, () => {
    test("has no changes for a planner, and the test secret in neither plan nor state", async () => {
      const environment = { ...variables, ...(await inVault("planner", NAMES)) };
      const changes = await planChanges(stack, { environment });
      const { files, places } = await searchLeaks(join(directory, "terraform"), ["a value in Vault only"]);

      expect(changes).toEqual([]);
      expect(files).toBeGreaterThan(3);
      expect(places).toEqual([]);
    });

    test("does not write the test secret over one that is there", async () => {
      const environment = variables;
      const { stdout } = await terraform(stack, ["state", "list"], { environment });
      const secret = /vault_kv_secret_v2\.\S+/.exec(stdout);
      await terraform(stack, ["state", "rm", String(secret)], { environment });

      await expect(applyStack(stack, { environment })).rejects.toMatchObject({
        output: expect.stringMatching(/check-and-set/),
      });
    });
  });

  const extension = findVaultExtensionBinary();
  describeNeeding("and the real extension", { [VAULT_EXTENSION_HINT]: extension }, (extensionBinary = "") => {
    test("lets the deployed Python sample read its secret", async () => {
      const { reader } = consumers;
      await callVault({ ...vault, token: vault.rootToken }, "POST", "kv/data/test/data/lambda", {
        data: { "api-key": "another value" },
      });
      await seedLayers(emulator.endpoint, REGION, reader.layers);
      await functions.deploy("python", {
        files: filesOf("orders-python.zip"),
        handler: "index.handler",
        runtime: "python3.13",
        variables: { ...reader.variables, SECRET_NAME: "lambda" },
        layers: [...reader.layers],
      });
      const [layer = ""] = reader.layers;
      const runner = functions.runner({ extensions: { [parseLayerArn(layer).name]: extensionBinary } });

      const { result, error, log } = await runner.invoke("python", {});

      expect(error).toBeUndefined();
      expect(result).toEqual({ fields: ["api-key"], version: "2", source: "vault-proxy" });
      expect(JSON.stringify(result) + readFileSync(log, "utf8")).not.toContain("another value");
    });
  });

  describeNeeding("and given an access key", { [PROVIDER_HINT]: terraformProvider }, () => {
    const key = { id: "AKIAIOSFODNN7EXAMPLE", secret: "a secret access key in Vault only" };

    test("has the key, which is in neither plan nor state, and not after it is destroyed", async () => {
      const withKey = stacks.synthesize("with-key", {
        auth: {
          ...stacks.props.auth,
          mount: "aws-with-key",
          tokenType: "service",
          accessKey: { userName: "app-vault", providerVersion: VAULT_PROVIDER_VERSION },
        },
        kv: { mount: "kv-with-key", prefix: "app", maxVersions: 3, deletionProtection: false },
        testSecret: undefined,
      }).stack;
      const environment = {
        ...variables,
        ...(await inVault("deployer", { auth: "aws-with-key", kv: "kv-with-key" })),
        TF_VAR_vault_aws_access_key_id: key.id,
        TF_VAR_vault_aws_secret_access_key: key.secret,
      };

      await applyStack(withKey, { environment });
      const changes = await planChanges(withKey, { environment });
      const { body } = await read(vault.rootToken, "auth/aws-with-key/config/client");
      const { files, places } = await searchLeaks(join(directory, "with-key"), [key.secret]);

      expect(body?.data).toMatchObject({ access_key: key.id });
      const login = await loginAs("functions", { mount: "aws-with-key" });
      const { auth } = login.body as { auth: { client_token: string; token_type: string } };
      expect(auth.token_type).toBe("service");
      // As the extension does in the last fifth of the token's time.
      const renewal = await askVault({ ...vault, token: auth.client_token }, "POST", "auth/token/renew-self");
      expect(renewal.status).toBe(200);
      expect(changes).toEqual([]);
      expect(files).toBeGreaterThan(3);
      expect(places).toEqual([]);

      await destroyStack(withKey, { environment });
      expect((await read(vault.rootToken, "auth/aws-with-key/config/client")).status).toBe(404);
    });
  });

  describeNeeding("that knows roles by their unique ids", { [PROVIDER_HINT]: terraformProvider }, () => {
    test("lets a role that was made again in only after the next deployment", async () => {
      const login = () => loginAs("recreated", { mount: "aws-by-id" });
      const environment = {
        ...variables,
        ...(await inVault("deployer", { auth: "aws-by-id", kv: "kv-by-id" })),
        TF_VAR_vault_aws_access_key_id: "AKIAIOSFODNN7EXAMPLE",
        TF_VAR_vault_aws_secret_access_key: "not checked by the emulator",
      };
      const deploy = async () => {
        const uniqueId = await createRole(emulator.endpoint, "recreated");
        const { stack: byId } = stacks.synthesize(
          "by-id",
          {
            auth: {
              ...stacks.props.auth,
              mount: "aws-by-id",
              resolveUniqueIds: true,
              iamEndpoint: emulator.endpoint,
              accessKey: { userName: "app-vault", providerVersion: VAULT_PROVIDER_VERSION },
            },
            kv: { mount: "kv-by-id", prefix: "", maxVersions: 3, deletionProtection: false },
            testSecret: undefined,
          },
          consumer("recreated", uniqueId),
        );
        return byId;
      };

      const first = await deploy();
      await applyStack(first, { environment });
      expect((await login()).status).toBe(200);

      await deleteRole(emulator.endpoint, "recreated");
      const second = await deploy();
      expect(String((await login()).body?.errors)).toMatch(/does not belong to the role/);

      await applyStack(second, { environment });
      expect((await login()).status).toBe(200);
      await destroyStack(second, { environment });
    });
  });

  describeNeeding("and destroyed", { [PROVIDER_HINT]: terraformProvider }, () => {
    test("leaves nothing in Vault", async () => {
      await destroyStack(stack, { environment: variables });

      const mounts = await callVault({ ...vault, token: vault.rootToken }, "GET", "sys/mounts");
      const methods = await callVault({ ...vault, token: vault.rootToken }, "GET", "sys/auth");
      expect(Object.keys(mounts.data as object)).not.toContain("kv/data/test/");
      expect(Object.keys(methods.data as object)).toEqual(["token/"]);
      expect((await read(vault.rootToken, "sys/policies/acl/aws-functions")).status).toBe(404);
    });
  });

  if (isAudited)
    test("whoever deployed and planned used all that the documented policies give", () => {
      const unused = (role: TerraformRole) => {
        const { name, policy } = terraformPolicy(role, NAMES);
        return unusedCapabilities(name, policy, auditLog());
      };
      expect(unused("deployer")).toEqual(LATER);
      expect(unused("planner")).toEqual([]);
    });
  else
    skipBecause(
      "the use of the documented policies is not looked at: OpenBao makes no audit devices by its API",
    );

  awsWouldTakeTheRequests(() => emulator);
});

function filesOf(zip: string): Record<string, string> {
  const content = readFileSync(join(__dirname, "..", "..", "dist", "lambda", "samples", zip));
  return Object.fromEntries(
    Object.entries(unzipSync(content)).map(([name, bytes]) => [name, strFromU8(bytes)]),
  );
}
