import dns from "node:dns";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createSecureContext, TLSSocket } from "node:tls";
import { connectWith } from "../../../../../lambda/rotation/engines/postgresql/connection";
import { postgresql } from "../../../../../lambda/rotation/engines/postgresql/engine";
import { postgresqlSession } from "../../../../../lambda/rotation/engines/postgresql/session";
import { createLog } from "../../../../../lambda/rotation/ports/log";
import {
  DatabaseCommandError,
  DatabaseUnavailableError,
} from "../../../../../lambda/rotation/support/errors";
import { createCertificateAuthority } from "../../../../../scripts/support/certificates";
import { fullBacklog, silentServer } from "../../support/blackholes";
import { World } from "../../support/world";

let world: World;
beforeAll(async () => {
  world = await World.start({ settings: { max_prepared_transactions: 1 } });
});
afterAll(() => world?.stop());
afterEach(() => world.database.serveCertificateFor(["localhost"]));

async function loginError(
  options: { host?: string; port?: number; ca?: string; password?: string } = {},
): Promise<Error> {
  const { port, databaseName, superuser } = world.database;
  const engine = postgresql({
    certificateAuthorities: options.ca ?? world.certificateAuthority.certificatePem,
  });
  const login = engine.login(
    { host: options.host ?? "localhost", port: options.port ?? port, database: databaseName, tls: true },
    { ...superuser, password: options.password ?? superuser.password },
  );
  return await login.then(
    () => new Error("logged in"),
    (error) => error,
  );
}

test("a server whose certificate another CA signed is not trusted", async () => {
  const { certificatePem } = await createCertificateAuthority("another");
  const error = await loginError({ ca: certificatePem });
  expect(error).toBeInstanceOf(DatabaseUnavailableError);
  expect(error.message).toMatch(/"localhost" .* does not vouch for .*DATABASE_CA_PEM/);
});

test("with the RDS bundle, which is the default, a private CA is not trusted", async () => {
  const { port, databaseName, superuser } = world.database;
  const login = postgresql().login({ host: "localhost", port, database: databaseName, tls: true }, superuser);
  await expect(login).rejects.toThrow(/the CA bundle does not vouch for/);
});

test("a certificate for another host name is not trusted", async () => {
  await world.database.serveCertificateFor(["db.example"]);
  expect((await loginError()).message).toMatch(
    /certificate for another host name \[ERR_TLS_CERT_ALTNAME_INVALID\]/,
  );
});

test("an address that the certificate does not have is not trusted", async () => {
  expect((await loginError({ host: "127.0.0.1" })).message).toMatch(/certificate for another host name/);
});

test("an expired certificate is not trusted", async () => {
  await world.database.serveCertificateFor(["localhost"], { notAfter: new Date(Date.now() - 60_000) });
  expect((await loginError()).message).toMatch(/certificate that has expired \[CERT_HAS_EXPIRED\]/);
});

test("a server without TLS gets no password", async () => {
  await world.database.serveTls(false);
  expect((await loginError()).message).toMatch(/does not speak TLS/);
});

test("a server that takes connections with TLS only says so, and is not taken to refuse the password", async () => {
  const { port, databaseName: database, superuser } = world.database;
  const login = world.engine.login({ host: "localhost", port, database, tls: false }, superuser);
  await expect(login).rejects.toBeInstanceOf(DatabaseUnavailableError);
  await expect(login).rejects.toThrow(/without TLS .*\[28000\]\. Remove "ssl": false from the secret/);
});

test("a closed port and an unknown host are unreachable", async () => {
  expect((await loginError({ port: 1 })).message).toMatch(
    /"localhost" port 1 .*cannot be reached \[ECONNREFUSED\]/,
  );
  expect((await loginError({ host: "db.invalid" })).message).toMatch(
    /cannot be reached: no name server .*\[E(NOTFOUND|AI_AGAIN)\]/,
  );
});

test("a server that says nothing is given up after 5 s", async () => {
  const silent = await silentServer();
  const error = await loginError({ port: silent.port });
  await silent.close();
  expect(error.message).toMatch(/took the connection, and the login was not done within 5 s \[ETIMEDOUT\]/);
});

test("a wrong password and a missing user are refusals, not errors", async () => {
  const { port, databaseName, superuser } = world.database;
  const server = { host: "localhost", port, database: databaseName, tls: true };
  for (const username of [superuser.username, "nobody"]) {
    expect(await world.engine.login(server, { username, password: "wrong" })).toEqual({ refused: "28P01" });
  }
});

test("a user with the right password and no CONNECT privilege is told so", async () => {
  await world.createUser("outsider", "outsiders-password");
  await world.asSuperuser("REVOKE CONNECT ON DATABASE app FROM PUBLIC");
  await expect(world.connect("outsider", "outsiders-password")).rejects.toThrow(
    /does not let the user into the database \[42501\]/,
  );
});

test("of the limits of connections, the one that is reached is named", async () => {
  const asAdmin = (sql: string) => world.database.asAdmin((admin) => admin.query(sql));
  const login = () => world.connect("outsider", "outsiders-password");
  await world.asSuperuser("GRANT CONNECT ON DATABASE app TO outsider");
  await asAdmin("ALTER ROLE outsider CONNECTION LIMIT 0");
  await expect(login()).rejects.toThrow(/user's CONNECTION LIMIT .*\[53300\]\. Waiting does not help/);
  await asAdmin("ALTER ROLE outsider CONNECTION LIMIT -1");
  await asAdmin("ALTER DATABASE app CONNECTION LIMIT 0");
  await expect(login()).rejects.toThrow(/database's CONNECTION LIMIT .*\[53300\]\. Waiting does not help/);
  await asAdmin("ALTER DATABASE app CONNECTION LIMIT -1");
  // One after the other: logins at the same moment refuse one another, each in the place of the next.
  const sessions: Awaited<ReturnType<typeof login>>[] = [];
  const untilRefused = async () => {
    for (;;) sessions.push(await login());
  };
  await expect(untilRefused()).rejects.toThrow(/max_connections is reached \[53300\]/);
  for (const session of sessions) await session.close();
});

test("a time-out for whole transactions does not end ours", async () => {
  await world.database.asAdmin((admin) =>
    admin.query("ALTER ROLE outsider SET transaction_timeout = '50ms'"),
  );
  const session = await world.connect("outsider", "outsiders-password");
  await session.run("take long", "SELECT pg_sleep(0.2)");
  await session.close();
});

test("a time-out for whole transactions that ends the statement which lifts it does not end ours", async () => {
  const session = await world.connect("outsider", "outsiders-password");
  await world.database.asAdmin(async (admin) => {
    const pids = async (from: string): Promise<number[]> =>
      (await admin.query(`SELECT pid FROM ${from}`)).rows.map(({ pid }) => pid);
    const [first] = await pids("pg_stat_activity WHERE usename = 'outsider'");
    // No function can be looked up until this ends.
    await admin.query("BEGIN; LOCK TABLE pg_proc");
    const done = session.run("begin", "SELECT 1 AS one");
    const waiting = async () => await pids(`pg_locks WHERE NOT granted AND pid <> ${first}`);
    while ((await waiting()).length === 0) await Promise.race([done, sleep(20)]);
    await admin.query("ROLLBACK");
    expect(await done).toEqual([{ one: 1 }]);
  });
  await session.close();
});

test("a time-out for sessions without a transaction does not end ours", async () => {
  await world.database.asAdmin((admin) =>
    admin.query("ALTER ROLE outsider SET idle_session_timeout = '50ms'"),
  );
  const session = await world.connect("outsider", "outsiders-password");
  await session.run("begin", "SELECT 1");
  await sleep(200);
  await session.run("go on", "SELECT 1");
  await session.close();
});

test("a server without an entry in pg_hba.conf says so, and is not taken to refuse the password", async () => {
  const file = join(world.directory, "data", "pg_hba.conf");
  const entries = await readFile(file, "utf8");
  await writeFile(file, entries.replace(/^hostssl all all .*\n/m, ""));
  await world.database.serveTls(true);
  const login = world.connect("outsider", "outsiders-password");
  await expect(login).rejects.toBeInstanceOf(DatabaseUnavailableError);
  await expect(login).rejects.toThrow(/no entry in pg_hba\.conf .*\[28000\]\. Add one/);
  await writeFile(file, entries);
});

test("a host that does not answer, and a name server that does not, are told apart", async () => {
  const full = await fullBacklog();
  expect((await loginError({ port: full.port })).message).toMatch(
    /the host did not answer within 5 s \[ETIMEDOUT\]/,
  );
  await full.close();
  // No test can have the machine's name server be slow.
  const lookup = jest.spyOn(dns, "lookup").mockImplementation((() => undefined) as never);
  expect((await loginError({ host: "db.example" })).message).toMatch(
    /no name server answered within 5 s for the host's name \[ETIMEDOUT\]/,
  );
  lookup.mockRestore();
});

test("a server that hangs up before the login is done says so", async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { message } = await loginError({ port: (server.address() as AddressInfo).port });
  expect(message).toMatch(/closed the connection before the login was done/);
  server.close();
});

test("a server with an old TLS only says so", async () => {
  const { keyPem, certificatePem } = await world.certificateAuthority.issue({ hosts: ["localhost"] });
  const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
  const context = createSecureContext({ key: keyPem, cert: certificatePem, ...old });
  // As PostgreSQL does: it answers "S" to the request for TLS.
  const server = createServer((socket) => {
    socket.once("data", () => {
      socket.write("S");
      new TLSSocket(socket, { isServer: true, secureContext: context }).on("error", () => undefined);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { message } = await loginError({ port: (server.address() as AddressInfo).port });
  expect(message).toMatch(/no version of TLS in common \[E.*TLS 1\.2 or newer/);
  server.close();
});

test("a reader endpoint fails with the advice to use the writer", async () => {
  const { username, password } = world.database.superuser;
  const connection = await world.connect(username, password);
  // What every transaction on a reader is.
  await connection.run("read only", "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY");
  const session = postgresqlSession(connection, username, createLog());
  await expect(session.setPassword("outsider", "another")).rejects.toThrow(/\[25006\].*writer endpoint/);
  await session.close();
});

test.each([
  ["lock_timeout", "55P03", /Another session holds a lock for too long; pg_locks/],
  ["statement_timeout", "57014", /The statement took longer than 8 s; pg_stat_activity/],
])("a statement that %s ends says what to look at", async (timeout, code, remedy) => {
  const { username, password } = world.database.superuser;
  const [holder, waiter] = [await world.connect(username, password), await world.connect(username, password)];
  await holder.run("hold a lock", "SELECT pg_advisory_lock(7)");
  await waiter.run("wait less", `SET ${timeout} = '50ms'`);
  const failure = waiter.run("wait for a lock", "SELECT pg_advisory_lock(7)");
  await expect(failure).rejects.toMatchObject({ code });
  await expect(failure).rejects.toThrow(remedy);
  for (const connection of [holder, waiter]) await connection.close();
});

async function impatientSession(lines: string[] = []) {
  const { username, password } = world.database.superuser;
  const connection = await world.connect(username, password);
  await connection.run("wait less", "SET lock_timeout = '200ms'");
  return postgresqlSession(
    connection,
    username,
    createLog((line) => lines.push(line)),
  );
}

test("a session whose lock another run of the function holds gives up and names the lock", async () => {
  const waiter = await impatientSession();
  const holder = await superuserSession();
  await holder.transaction(async () => {
    const failure = waiter.transaction(async () => undefined);
    await expect(failure).rejects.toBeInstanceOf(DatabaseCommandError);
    await expect(failure).rejects.toThrow(/wait for other rotations.*\[55P03\]/);
  });
  await holder.close();
  await waiter.close();
});

test("a session whose lock another user holds goes on after a while, in a transaction, and says so", async () => {
  const lines: string[] = [];
  const waiter = await impatientSession(lines);
  await world.createUser("lock_holder", "holders-password");
  await world.asSuperuser("GRANT CONNECT ON DATABASE app TO lock_holder");
  const holder = await world.connect("lock_holder", "holders-password");
  await holder.run("hold the lock", "SELECT pg_advisory_lock(1396920916, 1)");

  const failure = waiter.transaction(async () => {
    await waiter.provideUser("made_in_vain", "");
    throw new Error("cut off");
  });
  await expect(failure).rejects.toThrow("cut off");
  expect(await waiter.roleExists("made_in_vain")).toBe(false);
  expect(await waiter.transaction(async () => "done")).toBe("done");
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/waited in vain for other rotations.*"holder":"lock_holder".*pg_locks/);
  await holder.close();
  await waiter.close();
});

test("a prepared transaction that has the lock, which no session holds, stops no rotation", async () => {
  const lines: string[] = [];
  const waiter = await impatientSession(lines);
  await world.database.asAdmin(async (admin) => {
    await admin.query(`
      BEGIN; SELECT pg_advisory_xact_lock(1396920916, 1); PREPARE TRANSACTION 'left behind'`);
  });
  expect(await waiter.transaction(async () => "done")).toBe("done");
  expect(lines[0]).toContain('"holder":"a prepared transaction"');
  await world.database.asAdmin((admin) => admin.query("ROLLBACK PREPARED 'left behind'"));
  await waiter.close();
});

test("a connection that breaks is reported as such, and closing it does not fail", async () => {
  const session = await superuserSession();
  await world.database.asAdmin((admin) =>
    admin.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'secret-rotation'",
    ),
  );
  const error = await session.ping().catch((thrown) => thrown);
  expect(error.name).toMatch(/Database(Unavailable|Command)Error/);
  await session.close();
});

test("only the system's own functions and operators are found by name", async () => {
  const connection = await world.connect(
    world.database.superuser.username,
    world.database.superuser.password,
  );
  expect(await connection.run("look", "SHOW search_path")).toEqual([{ search_path: "pg_catalog" }]);
  await connection.close();
});

test("a message of the server does not repeat a verifier", async () => {
  const connection = await world.connect(
    world.database.superuser.username,
    world.database.superuser.password,
  );
  const failure = connection.run("fail", `SELECT 'SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy'::int`);
  await expect(failure).rejects.toThrow("SCRAM-SHA-256...");
  await expect(failure).rejects.not.toThrow("c2FsdA");
  await connection.close();
});

async function superuserSession() {
  const connect = connectWith(world.certificateAuthority.certificatePem);
  const { port, databaseName, superuser } = world.database;
  const login = await postgresql({ connect }).login(
    { host: "localhost", port, database: databaseName, tls: true },
    superuser,
  );
  if ("refused" in login) throw new Error(login.refused);
  return login.session;
}
