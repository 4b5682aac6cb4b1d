import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LoopbackServer } from "../support/loopback-server";
import { failureOf, leaveExecutionEnvironment, readerIn } from "./support/execution-environment";
import { SecretsManagerExtension } from "./support/secrets-manager-extension";
import { kvAnswer, VaultExtension } from "./support/vault-extension";

const PATH = "kv/data/secrets-dev/orders";
const BEFORE_ROTATION = {
  engine: "aurora-postgresql",
  host: "db.example.internal",
  port: 5432,
  dbname: "app",
  username: "orders",
};

let vault: VaultExtension;
let extension: SecretsManagerExtension;
let secretsManager: LoopbackServer;
let value: unknown;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "not-rotated-"));
  [vault, extension, secretsManager] = await Promise.all([
    VaultExtension.start(),
    SecretsManagerExtension.start(),
    LoopbackServer.start(() => ({
      status: 200,
      body: JSON.stringify({ SecretString: JSON.stringify(value), VersionId: "v1" }),
    })),
  ]);
});
afterEach(leaveExecutionEnvironment);
afterAll(async () => {
  await Promise.all([vault.stop(), extension.stop(), secretsManager.stop()]);
  rmSync(folder, { recursive: true });
});

/** A reader whose every source has this value. */
async function readerOf(source: string, fields: object) {
  value = fields;
  vault.reset();
  vault.write(PATH, fields);
  extension.put("secrets-dev/orders", "AWSCURRENT", { value: JSON.stringify(fields), version: "v1" });
  writeFileSync(join(folder, "orders.json"), JSON.stringify(kvAnswer(fields, 1)));
  return readerIn({
    ...vault.environment,
    ...extension.environment,
    VAULT_SECRET_PATH: PATH,
    VAULT_SECRET_FILE: join(folder, "orders.json"),
    AWS_REGION: "ap-northeast-2",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${secretsManager.port}`,
    SECRET_SOURCES: source,
  });
}

describe.each(["secrets-manager", "secrets-manager-extension", "vault-proxy", "vault-file"])(
  "from %s",
  (source) => {
    test.each<[string, object]>([
      ["no password", BEFORE_ROTATION],
      ["null as the password", { ...BEFORE_ROTATION, password: null }],
      ["neither engine nor password, as it may be written to Vault", { ...BEFORE_ROTATION, engine: null }],
    ])(
      "a database's secret with %s was not rotated yet, and no login is tried with it",
      async (_, fields) => {
        const { withSecret } = await readerOf(source, fields);
        const use = jest.fn();
        const error = await failureOf(withSecret("orders", use));
        expect(error.name).toBe("SecretNotRotatedError");
        expect(error.message).toMatch(
          /no password yet, as it is from before the first rotation\. See in the rotation function's log/,
        );
        expect(use).not.toHaveBeenCalled();
      },
    );

    test.each<[string, object]>([
      ["a password", { ...BEFORE_ROTATION, password: "pa55-w0rd" }],
      ["another credential", { username: "orders", apiKey: "key" }],
      ["an address alone", { engine: "postgres", host: "db.example.internal" }],
      ["a key instead", { host: "sftp.example.internal", username: "orders", privateKey: "key" }],
      ["nothing", {}],
    ])("a secret with %s is read as it is", async (_, fields) => {
      const { readSecret } = await readerOf(source, fields);
      expect((await readSecret("orders")).fields).toEqual(fields);
    });
  },
);

test("that it was not rotated is an answer, and no other store's copy hides it", async () => {
  const { readSecret } = await readerOf("secrets-manager-extension,vault-proxy", BEFORE_ROTATION);
  vault.write(PATH, { ...BEFORE_ROTATION, password: "an old copy" });
  expect((await failureOf(readSecret("orders"))).name).toBe("SecretNotRotatedError");
  expect(vault.seen).toHaveLength(0);
});
