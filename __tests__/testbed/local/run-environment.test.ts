import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCertificateAuthority } from "../../../scripts/support/certificates";
import {
  loadLocalEnvironment,
  type RunSettings,
  runVariables,
  writeRunEnvironment,
} from "../../../testbed/local/run-environment";

const REGISTRY = { kind: "registry", awsVersion: "6.25.0" } as const;

let directory: string;
let settings: RunSettings;

beforeAll(async () => {
  const authority = await createCertificateAuthority("Test");
  settings = {
    backends: ["native"],
    endpoint: "http://127.0.0.1:1",
    databasePorts: { main: 5433, billing: 3307 },
    certificateAuthorityPem: authority.certificatePem,
    provider: REGISTRY,
  };
});

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "run-environment-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

async function written(change: Partial<RunSettings> = {}) {
  return loadLocalEnvironment(await writeRunEnvironment(directory, { ...settings, ...change }));
}

test("the shipped environment rotates with both strategies on both engines, and a function reads from each", () => {
  const { databases, secrets, functions } = loadLocalEnvironment();
  const strategies = secrets.map(({ database, strategy }) => `${databases[database]?.engine} ${strategy}`);
  const read = functions.map(({ variables }) => secrets.find(({ name }) => name === variables.SECRET_NAME));

  expect(strategies.sort()).toEqual([
    "aurora-mysql alternating-users",
    "aurora-mysql single-user",
    "aurora-postgresql alternating-users",
    "aurora-postgresql single-user",
  ]);
  expect(read.map((secret) => secret?.database).sort()).toEqual(["billing", "main"]);
});

test("a database that is adopted is refused", () => {
  const adopt = join(__dirname, "..", "..", "..", "environments", "adopt.json");

  expect(() => loadLocalEnvironment(adopt)).toThrow(
    'databases.main must be of kind "created" for a local run, got "adopted"',
  );
});

test("the run's environment is the shipped one with the addresses of the run", async () => {
  const environment = await written();

  expect(environment).toMatchObject({
    name: "local",
    emulator: { endpoint: "http://127.0.0.1:1" },
    databases: {
      main: { port: 5433, certificateAuthority: `${settings.certificateAuthorityPem.trim()}\n` },
      billing: { port: 3307, certificateAuthority: `${settings.certificateAuthorityPem.trim()}\n` },
    },
    secrets: [{ name: "orders" }, { name: "reporting" }, { name: "billing" }, { name: "invoices" }],
    functions: [{ name: "orders" }, { name: "billing" }],
  });
  expect(environment).not.toHaveProperty("providerVersion");
});

test("a database without a server is left out, with its secrets and the functions that read them", async () => {
  const { databases, secrets, functions } = await written({ databasePorts: { main: 5433 } });

  expect(Object.keys(databases)).toEqual(["main"]);
  expect(secrets.map(({ name }) => name)).toEqual(["orders", "reporting"]);
  expect(functions.map(({ name }) => name)).toEqual(["orders"]);
});

test("the provider's version is named only if a mirror gives it", async () => {
  const provider = { kind: "mirror", awsVersion: "5.100.0", directory: "/mirror" } as const;

  expect(await written({ provider })).toMatchObject({ providerVersion: "5.100.0" });
});

test("with Vault it makes a server, and has its provider and layers", async () => {
  const vault = { directory: "/mirror", version: "5.10.1" };
  const plugin = { name: "openbao-plugin-auth-aws", sha256: "0".repeat(64) };
  const environment = await written({
    backends: ["vault", "native"],
    vaultProgram: { binary: process.execPath, software: "openbao", plugins: [plugin] },
    provider: { ...REGISTRY, vault },
  });

  expect(environment).toMatchObject({
    backends: ["vault", "native"],
    vault: {
      server: {
        kind: "created",
        software: "openbao",
        binary: { kind: "artifact", sha256: expect.stringMatching(/^[0-9a-f]{64}$/), plugins: [plugin] },
      },
      // Functions log in from this machine, and not from their subnets.
      auth: { boundCidrs: ["127.0.0.1/32"] },
      providerVersion: "5.10.1",
      extension: {
        layerArns: {
          arm64: expect.stringMatching(/:123456789012:layer:vault-lambda-extension-arm64:\d+$/),
        },
      },
    },
  });
});

test("the run's variables take the user's settings away that would lead to AWS or to another environment", async () => {
  const before = { ...process.env };
  const users = {
    AWS_ENDPOINT_URL: "https://sts.amazonaws.com",
    AWS_PROFILE: "production",
    TF_AWS_STS_ENDPOINT: "https://sts.amazonaws.com",
    SECRET_BACKEND: "vault",
    ENVIRONMENT: "prod",
  };
  Object.assign(process.env, users);
  try {
    const child = { ...process.env, ...(await runVariables(directory, "/run/local.json", REGISTRY)) };

    expect(JSON.parse(JSON.stringify(child))).toMatchObject({ ENVIRONMENT: "/run/local.json" });
    const { ENVIRONMENT: _, ...others } = users;
    for (const name of Object.keys(others)) expect(child[name]).toBeUndefined();
  } finally {
    for (const name of Object.keys(users)) delete process.env[name];
    Object.assign(process.env, before);
  }
});

test("the authority's certificate is in a file beside it", async () => {
  await written();

  expect(readFileSync(join(directory, "local-ca.pem"), "utf8")).toBe(settings.certificateAuthorityPem);
});
