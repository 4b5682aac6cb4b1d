import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type CertificateAuthority,
  createCertificateAuthority,
} from "../../../../scripts/support/certificates";
import { type LocalPostgres, startPostgres } from "../../../../testbed/postgres/postgres";
import { SecretsManagerServer } from "../../support/secrets-manager-server";

const environment = { ...process.env };
let directory: string;
let authority: CertificateAuthority;
let postgres: LocalPostgres;
let server: SecretsManagerServer;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "consumer-"));
  authority = await createCertificateAuthority("Consumer test");
  [postgres, server] = await Promise.all([
    startPostgres({ directory, certificateAuthority: authority, hosts: ["localhost"] }),
    SecretsManagerServer.start(),
  ]);
});

afterAll(async () => {
  await Promise.all([postgres?.stop(), server?.stop()]);
  await rm(directory, { recursive: true, force: true });
});

beforeEach(() => {
  process.env = {
    ...environment,
    ...server.environment,
    SECRET_SOURCES: "secrets-manager",
    SECRET_PREFIX: "secrets-dev/",
    SECRET_NAME: "orders",
    DATABASE_CA_PEM: authority.certificatePem,
  };
  jest.resetModules();
});

afterEach(() => {
  process.env = environment;
});

const secret = (fields: Record<string, unknown> = {}) =>
  JSON.stringify({
    engine: "aurora-postgresql",
    host: "localhost",
    port: postgres.port,
    dbname: postgres.databaseName,
    ...postgres.superuser,
    ...fields,
  });

const invoke = async () => (await import("../../../../lambda/samples/orders/handler")).handler();

test("answers who it is in the database, the server's version and times, and no value of the secret", async () => {
  server.answer({ value: secret(), version: "v3" });
  const answer = await invoke();
  expect(answer).toEqual({
    databaseUser: postgres.superuser.username,
    serverVersion: expect.stringMatching(/^\d+\.\d+/),
    secretVersion: "v3",
    secretSource: "secrets-manager",
    milliseconds: { secret: expect.any(Number), database: expect.any(Number) },
  });
  expect(JSON.stringify(answer)).not.toContain(postgres.superuser.password);
});

test("a password that was rotated away is replaced by the current one", async () => {
  server.answer({ value: secret({ password: "rotated-away" }) }, { value: secret(), version: "v4" });
  expect((await invoke()).secretVersion).toBe("v4");
});

test("a secret that was not rotated yet is an error of its own, and no login", async () => {
  server.answer({ value: secret({ password: undefined }) });
  await expect(invoke()).rejects.toMatchObject({ name: "SecretNotRotatedError" });
});

test("nor is one without an engine, as it may be written to Vault", async () => {
  server.answer({ value: secret({ engine: undefined, password: undefined }) });
  await expect(invoke()).rejects.toMatchObject({ name: "SecretNotRotatedError" });
});

test("a secret of another form without a password is no login with the text undefined", async () => {
  server.answer({ value: secret({ engine: undefined, password: undefined, note: "" }) });
  await expect(invoke()).rejects.toThrow(/password must be a string/);
});

test("a server with a certificate of another authority is not talked to", async () => {
  process.env.DATABASE_CA_PEM = (await createCertificateAuthority("Somebody else")).certificatePem;
  server.answer({ value: secret() });
  await expect(invoke()).rejects.toThrow(/certificate/);
});

test("a server that is not the named host is not talked to", async () => {
  server.answer({ value: secret({ host: "127.0.0.1" }) });
  await expect(invoke()).rejects.toThrow(/altnames|IP/);
});
