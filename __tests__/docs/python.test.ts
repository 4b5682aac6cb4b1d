import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { SecretsManagerExtension } from "../lambda/secret-reader/support/secrets-manager-extension";
import { VaultExtension } from "../lambda/secret-reader/support/vault-extension";
import { skipBecause } from "../support/needing";
import { blocksOf } from "./support/documents";

const PYTHON = process.env.PYTHON ?? "python3";
const [shown, ...others] = blocksOf("python");

test("one block of Python is shown", () => {
  expect(shown?.place).toMatch(/^docs\/other-languages\.md:/);
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
});
