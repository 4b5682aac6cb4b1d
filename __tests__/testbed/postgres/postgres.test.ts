import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, type ClientConfig } from "pg";
import { type CertificateAuthority, createCertificateAuthority } from "../../../scripts/support/certificates";
import { type LocalPostgres, startPostgres } from "../../../testbed/postgres/postgres";
import { isListening } from "../../support/listening";

let directory: string;
let certificateAuthority: CertificateAuthority;
let database: LocalPostgres;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "postgres-test-"));
  certificateAuthority = await createCertificateAuthority("emulator test");
  database = await startPostgres({
    directory: join(directory, "main"),
    certificateAuthority,
    hosts: ["localhost", "127.0.0.1"],
    databaseName: "shop",
    superuserName: "master",
  });
});
afterAll(async () => {
  await database?.stop();
  await rm(directory, { recursive: true });
});

async function query(sql: string, options: ClientConfig = {}): Promise<unknown[]> {
  const { username, password } = database.superuser;
  const client = new Client({
    host: "localhost",
    port: database.port,
    user: username,
    password,
    database: database.databaseName,
    ssl: { ca: certificateAuthority.certificatePem },
    ...options,
  });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test("the superuser is like RDS's: creates roles and databases, and is not SUPERUSER", async () => {
  expect(
    await query(
      `SELECT rolsuper, rolcreaterole, rolcreatedb, pg_has_role(oid, 'rds_superuser', 'MEMBER') AS rds
       FROM pg_roles WHERE rolname = 'master'`,
    ),
  ).toEqual([{ rolsuper: false, rolcreaterole: true, rolcreatedb: true, rds: true }]);
});

test("its certificate is valid for an address too", async () => {
  expect(await query("SELECT 1 AS one", { host: "127.0.0.1" })).toEqual([{ one: 1 }]);
});

test("nobody logs in without TLS", async () => {
  await expect(query("SELECT 1", { ssl: false })).rejects.toThrow(/no pg_hba.conf entry .* no encryption/);
});

test("a member of rds_iam does not log in with a password", async () => {
  await query("CREATE ROLE iam LOGIN PASSWORD 'iam-password'");
  const login = { user: "iam", password: "iam-password" };
  expect(await query("SELECT 1 AS one", login)).toEqual([{ one: 1 }]);
  await query("GRANT rds_iam TO iam");
  await expect(query("SELECT 1", login)).rejects.toMatchObject({ code: "28000" });
});

test("the log has every statement, so that a search for a password means something", async () => {
  await query("CREATE ROLE seen PASSWORD 'plaintext-in-a-statement'");
  expect(await database.serverLog()).toContain("CREATE ROLE seen PASSWORD 'plaintext-in-a-statement'");
});

test("statements of the admin are not in the log", async () => {
  await database.asAdmin((admin) => admin.query("SELECT 'said by the admin'"));
  expect(await database.serverLog()).not.toContain("said by the admin");
});

test("a new certificate is served as soon as the call returns", async () => {
  await database.serveCertificateFor(["elsewhere.example"]);
  await expect(query("SELECT 1")).rejects.toMatchObject({ code: "ERR_TLS_CERT_ALTNAME_INVALID" });
  await database.serveCertificateFor(["localhost"]);
  expect(await query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
});

test("stop ends the server, and may be called twice", async () => {
  const other = await startPostgres({
    directory: join(directory, "other"),
    certificateAuthority,
    hosts: ["localhost"],
  });
  expect(await isListening(other.port)).toBe(true);
  await other.stop();
  await other.stop();
  expect(await isListening(other.port)).toBe(false);
});

test("a server that cannot start says why", async () => {
  const start = startPostgres({
    directory: join(directory, "taken"),
    certificateAuthority,
    hosts: ["localhost"],
    port: database.port,
  });
  await expect(start).rejects.toThrow(/did not start.*Address already in use/s);
});

test("a parent that is killed leaves no server behind", async () => {
  const root = join(__dirname, "../../..");
  const program = `
    const { createCertificateAuthority } = require("./scripts/support/certificates");
    const { startPostgres } = require("./testbed/postgres/postgres");
    (async () => {
      const certificateAuthority = await createCertificateAuthority("orphan test");
      const directory = ${JSON.stringify(join(directory, "orphan"))};
      const { port } = await startPostgres({ directory, certificateAuthority, hosts: ["localhost"] });
      console.log(port);
    })();`;
  const parent = spawn(process.execPath, ["--require", "tsx/cjs", "--eval", program], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [output] = await once(parent.stdout, "data");
  const port = Number(String(output));
  expect(await isListening(port)).toBe(true);
  parent.kill("SIGKILL");
  // A server that is left behind makes this the test's time-out.
  while (await isListening(port)) await sleep(50);
});
