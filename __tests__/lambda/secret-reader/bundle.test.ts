import { bundleReader, load } from "../../../testbed/bench/reader";
import { leaveExecutionEnvironment } from "./support/execution-environment";
import { VaultExtension } from "./support/vault-extension";

let code: string;
let inputs: Record<string, unknown>;
let vault: VaultExtension;

beforeAll(async () => {
  [{ code, inputs }, vault] = await Promise.all([bundleReader(), VaultExtension.start()]);
});
beforeEach(() => {
  vault.reset();
  Object.assign(process.env, vault.environment);
});
afterEach(leaveExecutionEnvironment);
afterAll(() => vault.stop());

test("bundled alone and minified, without the AWS SDK, it is 14.7 kB at most and needs no other package", () => {
  expect(Object.keys(inputs).filter((input) => !input.startsWith("lambda/secret-reader/"))).toEqual([]);
  expect(Buffer.byteLength(code)).toBeLessThanOrEqual(14_700);
});

test("the AWS SDK is loaded by the first read through it, and not before", async () => {
  const required: string[] = [];
  const { readSecret, secretCapabilities } = load(code, (name) => {
    required.push(name);
    return require(name);
  });
  vault.write("kv/data/secrets-dev/orders", { password: "of Vault" });
  await readSecret("orders");
  expect(required.filter((name) => name.startsWith("@aws-sdk/"))).toEqual([]);

  Object.assign(process.env, { SECRET_SOURCES: "secrets-manager", SECRET_PREFIX: "secrets-dev/" });
  const other = load(code, (name) => {
    if (name.startsWith("@aws-sdk/")) throw new Error(`loads ${name}`);
    return require(name);
  });
  expect(secretCapabilities()).toEqual(other.secretCapabilities());
  await expect(other.readSecret("orders")).rejects.toThrow("loads @aws-sdk/client-secrets-manager");
});

test("minified, errors keep their names", async () => {
  const { readSecret, SecretNotFoundError } = load(code, require);
  const error = await readSecret("orders").catch((reason) => reason);
  expect(error).toBeInstanceOf(SecretNotFoundError);
  expect(error.name).toBe("SecretNotFoundError");
});
