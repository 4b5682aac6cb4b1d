import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type CertificateAuthority,
  createCertificateAuthority,
} from "../../../../scripts/support/certificates";
import type { LocalMySql } from "../../../../testbed/mysql/mysql-family";
import { onEachServer } from "../../rotation/support/mysql-servers";
import { SecretsManagerServer } from "../../support/secrets-manager-server";

onEachServer(({ start }) => {
  const environment = { ...process.env };
  let directory: string;
  let authority: CertificateAuthority;
  let mysql: LocalMySql;
  let server: SecretsManagerServer;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "billing-"));
    authority = await createCertificateAuthority("Billing test");
    mysql = await start({ directory, certificateAuthority: authority, hosts: ["localhost"] });
    server = await SecretsManagerServer.start();
  });

  afterAll(async () => {
    await Promise.all([mysql?.stop(), server?.stop()]);
    rmSync(directory, { recursive: true, force: true });
  });

  beforeEach(() => {
    process.env = {
      ...environment,
      ...server.environment,
      SECRET_SOURCES: "secrets-manager",
      SECRET_PREFIX: "secrets-prod/",
      SECRET_NAME: "billing",
      DATABASE_CA_PEM: authority.certificatePem,
    };
    jest.resetModules();
  });

  afterEach(() => {
    process.env = environment;
  });

  const secret = (fields: Record<string, unknown> = {}) =>
    JSON.stringify({ host: "localhost", port: mysql.port, ...mysql.superuser, ...fields });

  const invoke = async () => (await import("../../../../lambda/samples/billing/handler")).handler();

  test("answers who it is in the database, and no value of the secret", async () => {
    server.answer({ value: secret(), version: "v3" });

    expect(await invoke()).toEqual({
      databaseUser: mysql.superuser.username,
      secretVersion: "v3",
      secretSource: "secrets-manager",
    });
  });

  test("a password that was rotated away is replaced by the current one", async () => {
    server.answer({ value: secret({ password: "rotated-away" }) }, { value: secret(), version: "v4" });

    expect((await invoke()).secretVersion).toBe("v4");
  });

  test("a secret without a password, as it may be written to Vault, is no login", async () => {
    server.answer({ value: secret({ password: undefined }) });
    await expect(invoke()).rejects.toMatchObject({ name: "SecretNotRotatedError" });
  });

  test("a secret of another form without a password is no login with the text undefined", async () => {
    await mysql.asAdmin("CREATE USER careless IDENTIFIED BY 'undefined'");
    server.answer({ value: secret({ username: "careless", password: undefined, note: "" }) });
    await expect(invoke()).rejects.toMatchObject({ code: "ER_ACCESS_DENIED_ERROR" });
  });

  test("a server with a certificate of another authority is not talked to", async () => {
    process.env.DATABASE_CA_PEM = (await createCertificateAuthority("Somebody else")).certificatePem;
    server.answer({ value: secret() });

    await expect(invoke()).rejects.toThrow(/certificate/);
  });

  test("a server with a certificate for another host is not talked to", async () => {
    await mysql.serveCertificateFor(["elsewhere.example"]);
    server.answer({ value: secret() });

    await expect(invoke()).rejects.toThrow(/altnames/);
  });
});
