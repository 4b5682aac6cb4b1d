import dns from "node:dns";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { CAUSE } from "../../../../../lambda/rotation/engines/connection-causes";
import { whyNoConnection } from "../../../../../lambda/rotation/engines/mysql/connection-errors";
import { literal } from "../../../../../lambda/rotation/engines/mysql/sql";
import {
  DatabaseCommandError,
  DatabaseUnavailableError,
  UnexpectedError,
} from "../../../../../lambda/rotation/support/errors";
import { createCertificateAuthority } from "../../../../../scripts/support/certificates";
import { fullBacklog, silentServer } from "../../support/blackholes";
import { faultsOfCode } from "../../support/faults-of-code";
import { onEachServer } from "../../support/mysql-servers";
import { MySqlWorld } from "../../support/mysql-world";

const DB = { host: "db", port: 3306, database: "", tls: true };

test.each([
  ["ER_SECURE_TRANSPORT_REQUIRED", /takes connections with TLS only .*Remove "ssl": false/],
  ["ER_MUST_CHANGE_PASSWORD_LOGIN", /it has expired .*PASSWORD EXPIRE NEVER/],
  ["ER_HOST_NOT_PRIVILEGED", /no user at all for connections from the function's address/],
  ["ER_HOST_IS_BLOCKED", /blocks the function's address .*FLUSH HOSTS/],
  ["ER_CON_COUNT_ERROR", /max_connections is reached .*raise max_connections/],
  ["ER_TOO_MANY_USER_CONNECTIONS", /as max_user_connections lets it have .*Waiting does not help/],
  ["PROTOCOL_CONNECTION_LOST", /closed the connection before the login was done/],
  ["ER_SERVER_SHUTDOWN", /does not take connections now/],
  ["ER_SOMETHING_ELSE", /did not let the connection come about \[ER_SOMETHING_ELSE\]/],
])("a login that ends with %s says what to do", (code, message) => {
  const error = whyNoConnection({ code, message: "hidden" }, DB, "app", CAUSE.other);
  expect(error.message).toMatch(message);
  expect(error.message).not.toContain("hidden");
});

test("a login that ends with a number that mysql2 does not know shows the number", () => {
  const error = { code: undefined, errno: 63994, sqlState: "HY000", message: "hidden" };
  const failure = whyNoConnection(error, DB, "app", CAUSE.other);
  expect(failure).toBeInstanceOf(DatabaseUnavailableError);
  expect(failure.message).toMatch(/did not let the connection come about \[63994\]/);
});

test.each([
  ["Hostname/IP does not match certificate's altnames", "ERR_TLS_CERT_ALTNAME_INVALID", /another host name/],
  ["certificate has expired", "CERT_HAS_EXPIRED", /has expired/],
  ["self-signed certificate in certificate chain", "SELF_SIGNED_CERT_IN_CHAIN", /does not vouch for/],
  ["self-signed certificate", "DEPTH_ZERO_SELF_SIGNED_CERT", /does not vouch for/],
  ["unable to verify the first certificate", "UNABLE_TO_VERIFY_LEAF_SIGNATURE", /does not vouch for/],
  ["unable to get local issuer certificate", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", /does not vouch for/],
  ["unable to get issuer certificate", "UNABLE_TO_GET_ISSUER_CERT", /does not vouch for/],
  ["certificate signature failure", "CERT_SIGNATURE_FAILURE", /does not vouch for/],
  ["tlsv1 alert protocol version", "EPROTO", /no version of TLS in common/],
  ["no protocols available", "HANDSHAKE_SSL_ERROR", /did not let the connection come about/],
])("a TLS handshake that ends with %s is a case of %s", (message, code, problem) => {
  const error = whyNoConnection({ code: "HANDSHAKE_SSL_ERROR", message }, DB, "app", CAUSE.other);
  expect(error.code).toBe(code);
  expect(error.message).toMatch(problem);
});

test.each(faultsOfCode)("a login that ends with %s is a fault of the function", (_, error) => {
  const failure = whyNoConnection(error, DB, "app", CAUSE.other);
  expect(failure).toBeInstanceOf(UnexpectedError);
  expect(failure.message).toMatch(/^A fault of the rotation function itself/);
  expect(failure.message).not.toMatch(/hidden|database's log/);
});

onEachServer((server) => {
  let world: MySqlWorld;
  beforeAll(async () => {
    world = await MySqlWorld.start(server);
  });
  afterAll(() => world?.stop());
  afterEach(() => world.database.serveCertificateFor(["localhost"]));

  async function loginError(
    options: { host?: string; port?: number; ca?: string; tls?: boolean } = {},
  ): Promise<Error> {
    const { host = "localhost", port = world.database.port, tls = true } = options;
    const engine = server.engine({
      certificateAuthorities: options.ca ?? world.certificateAuthority.certificatePem,
    });
    const login = engine.login({ host, port, database: "", tls }, world.database.superuser);
    return await login.then(
      async (result) => {
        if ("session" in result) await result.session.close();
        return new Error("logged in");
      },
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
    const { port, superuser } = world.database;
    const login = server.engine({}).login({ host: "localhost", port, database: "", tls: true }, superuser);
    await expect(login).rejects.toThrow(/the CA bundle does not vouch for/);
  });

  test("a certificate for another host name is not trusted", async () => {
    await world.database.serveCertificateFor(["db.example"]);
    expect((await loginError()).message).toMatch(
      /certificate for another host name \[ERR_TLS_CERT_ALTNAME_INVALID\]/,
    );
  });

  test("an address is not trusted, whatever the certificate says: mysql2 would not compare it", async () => {
    await world.database.serveCertificateFor(["localhost", "127.0.0.1"]);
    expect((await loginError({ host: "127.0.0.1" })).message).toMatch(/certificate for another host name/);
  });

  test("an expired certificate is not trusted, also after a session with a valid one", async () => {
    expect((await loginError()).message).toBe("logged in");
    await world.database.serveCertificateFor(["localhost"], { notAfter: new Date(Date.now() - 60_000) });
    expect((await loginError()).message).toMatch(/certificate that has expired \[CERT_HAS_EXPIRED\]/);
  });

  test("a server without TLS gets no password, unless the secret says so", async () => {
    const directory = await mkdtemp(join(tmpdir(), "rotation-test-"));
    const { certificateAuthority } = world;
    const plain = await server.start({ directory, certificateAuthority, hosts: ["localhost"], tls: false });
    try {
      expect((await loginError({ port: plain.port })).message).toMatch(/does not speak TLS/);
      const server = { host: "localhost", port: plain.port, database: "", tls: false };
      const login = await world.engine.login(server, plain.superuser);
      if ("refused" in login) throw new Error(login.refused);
      await login.session.close();
    } finally {
      await plain.stop();
      await rm(directory, { recursive: true });
    }
  });

  test("TLS is 1.2 or newer", async () => {
    const connection = await world.connect(
      world.database.superuser.username,
      world.database.superuser.password,
    );
    const rows = await connection.run("look", "SHOW STATUS LIKE 'Ssl_version'");
    expect(rows[0]?.Value).toMatch(/^TLSv1\.[23]$/);
    await connection.close();
  });

  test("a session that is closed is gone from the server", async () => {
    const { username, password } = world.database.superuser;
    const connection = await world.connect(username, password);
    const [row] = await connection.run("look", "SELECT CONNECTION_ID() AS id");
    await connection.close();
    const sql = `SELECT ID FROM information_schema.PROCESSLIST WHERE ID = ${row?.id}`;
    // Before the server ends a silent session by itself.
    const deadline = performance.now() + 15_000;
    while ((await world.database.asAdmin(sql)).length > 0) {
      expect(performance.now()).toBeLessThan(deadline);
      await sleep(20);
    }
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

  test("a host that does not answer is told from a name server that does not", async () => {
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

  test("a wrong password, a missing and a locked user are refusals, not errors", async () => {
    await world.createUser("locked", "known");
    await world.database.asAdmin("ALTER USER locked@'%' ACCOUNT LOCK");
    const server = { host: "localhost", port: world.database.port, database: "", tls: true };
    for (const [username, password] of [
      [world.database.superuser.username, "wrong"],
      ["nobody", "wrong"],
      ["locked", "known"],
    ] as const) {
      expect(await world.engine.login(server, { username, password })).toHaveProperty("refused");
    }
  });

  test("a user without free connections is told which limit it is", async () => {
    await world.createUser("busy", "known");
    await world.database.asAdmin("ALTER USER busy@'%' WITH MAX_USER_CONNECTIONS 1");
    const first = await world.connect("busy", "known");
    await expect(world.connect("busy", "known")).rejects.toThrow(
      /limit of this user's account .*Waiting does not help/,
    );
    await first.close();
  });

  test("a statement that the server refuses is named by its intent and code, not by its text", async () => {
    const connection = await world.connect(
      world.database.superuser.username,
      world.database.superuser.password,
    );
    // The server's own words before the statement's are as many as a message shows.
    const syntaxError = "SIGNAL SQLSTATE '42000' SET MYSQL_ERRNO = 1064, MESSAGE_TEXT = 'near secret-text'";
    for (const sql of ["ALTER USRE secret-text", syntaxError, "SET GLOBAL max_connections = 1"]) {
      const failure = connection.run("do something", sql);
      await expect(failure).rejects.toBeInstanceOf(DatabaseCommandError);
      await expect(failure).rejects.toThrow(/refused to do something on "localhost" as "superuser"/);
      await expect(failure).rejects.not.toThrow("secret-text");
    }
    await connection.close();
  });

  test("a refusal with a number that mysql2 does not know is no fault of the function", async () => {
    const { username, password } = world.database.superuser;
    const connection = await world.connect(username, password);
    const sql = "SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 63994, MESSAGE_TEXT = 'not now'";
    const failure = connection.run("do something", sql);
    await expect(failure).rejects.toBeInstanceOf(DatabaseCommandError);
    await expect(failure).rejects.toThrow(/refused to do something .*: "not now" \[63994\]/);
    await connection.close();
  });

  test("a time-out for statements does not end ours", async () => {
    const { username, password } = world.database.superuser;
    const timeout = server.isMariaDb ? "max_statement_time = 0.05" : "max_execution_time = 50";
    await world.database.asAdmin(`SET GLOBAL ${timeout}`);
    const connection = await world.connect(username, password);
    expect(await connection.run("take long", "SELECT SLEEP(0.2) AS stopped")).toEqual([{ stopped: 0 }]);
    await connection.close();
    await world.database.asAdmin(`SET GLOBAL ${timeout.replace(/[\d.]+$/, "0")}`);
  });

  test("a server that only reads is told from any other option that forbids a statement", async () => {
    const { username, password } = world.database.superuser;
    const connection = await world.connect(username, password);
    const option = server.isMariaDb ? "read_only" : "super_read_only";
    await world.database.asAdmin(`SET GLOBAL ${option} = ON`);
    const failure = connection.run("make a database", "CREATE DATABASE never_made");
    await expect(failure).rejects.toThrow(/Name the cluster's writer endpoint/);
    await world.database.asAdmin(`SET GLOBAL ${option} = OFF`, "SET GLOBAL read_only = OFF");
    await connection.close();
  });

  test("a connection that breaks is reported as such, and closing it does not fail", async () => {
    const { username, password } = world.database.superuser;
    const connection = await world.connect(username, password);
    const [row] = await connection.run("look", "SELECT CONNECTION_ID() AS id");
    await world.database.asAdmin(`KILL ${row?.id}`);
    await expect(connection.run("go on", "SELECT 1")).rejects.toBeInstanceOf(DatabaseUnavailableError);
    await connection.close();
  });

  const PRINTABLE = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));

  test("any printable password from 1 to 128 characters logs in after it was set, by superuser and user", async () => {
    const { superuser, port } = world.database;
    const server = { host: "localhost", port, database: "", tls: true };
    const login = async (username: string, password: string) => {
      const result = await world.engine.login(server, { username, password });
      if ("refused" in result) throw new Error(result.refused);
      return result.session;
    };
    const session = await login(superuser.username, superuser.password);
    await world.createUser("quoted", "first");
    const password = fc.string({ unit: fc.constantFrom(...PRINTABLE), minLength: 1, maxLength: 128 });
    await fc.assert(
      fc.asyncProperty(password, async (text) => {
        await session.setPassword("quoted", text);
        const own = await login("quoted", text);
        await own.setPassword("quoted", `${text}!`);
        await own.close();
        expect(await world.logsIn("quoted", `${text}!`)).toBe(true);
        expect(await world.logsIn("quoted", text)).toBe(false);
      }),
      { numRuns: 40, examples: [[PRINTABLE.join("")], ["'; DROP USER quoted; --"], ["\\'"], ["\\"], [" "]] },
    );
    await session.close();
  });

  test("any user name that the server can have is created, granted, aligned and logs in", async () => {
    const { superuser, port } = world.database;
    const address = { host: "localhost", port, database: "app", tls: true };
    const login = await world.engine.login(address, superuser);
    if ("refused" in login) throw new Error(login.refused);
    const { session } = login;
    const name = fc
      .string({
        unit: fc.oneof(fc.constantFrom(...PRINTABLE), fc.constantFrom("ü", "名", "'", '"', "\\", "`", "%")),
        minLength: 1,
        maxLength: server.isMariaDb ? 60 : 28,
      })
      .filter((text) => world.engine.userNameProblem(text) === undefined);
    let made = 0;
    await fc.assert(
      fc.asyncProperty(name, async (text) => {
        const [one, two] = [`${text}.${made++}`, `${text}.${made++}`];
        await session.transaction(async () => {
          await session.provideUser(one, `made for ${one}`);
          await session.grant({ on: "tables", schema: "app", privileges: ["SELECT"] }, one);
          await session.alignPair({ user: one, alternate: two, origin: `made for ${one}` });
          await session.setPassword(two, "pencil");
        });
        expect(await session.roleExists(one)).toBe(true);
        const pair = { user: one, alternate: two, origin: `made for ${one}` };
        expect(await session.findForeignPair(pair, {})).toBeUndefined();
        expect(await session.findForeignUser(one, "another")).toMatchObject({
          description: expect.stringMatching(/ for the hosts "%", which is another secret's$/),
        });
        const own = await world.engine.login(address, { username: two, password: "pencil" });
        if ("refused" in own) throw new Error(own.refused);
        expect(await own.session.loggedInAs()).toBe(`${two}@%`);
        await own.session.close();
      }),
      {
        numRuns: 30,
        examples: [['a"b'], ["a'b"], ["a`b"], ["a\\b"], ["'; DROP USER root; --"], ["%"], ["_"], ["a@b"]],
      },
    );
    await session.close();
  });

  test("a user name that the server would take for another is refused", async () => {
    const blanks = [..." \u00a0\u1680\u2000\u2003\u2009\u200a\u2028\u202f\u205f\u3000\ufeff"];
    const names = [
      ...blanks.flatMap((blank) => [`${blank}cut`, `cut${blank}`]),
      ...[..."'\"`"].flatMap((quote) => [
        `${quote}cut${quote}`,
        `${quote}cut`,
        `cut${quote}`,
        quote + quote,
        quote,
      ]),
    ];
    for (const name of names.filter((text) => world.engine.userNameProblem(text) === undefined)) {
      await world.database.asAdmin(`CREATE USER ${literal(name)}@'%' IDENTIFIED BY 'Pencil-1'`);
      expect([name, await world.logsIn(name, "Pencil-1")]).toEqual([name, true]);
      await world.database.asAdmin(`DROP USER ${literal(name)}@'%'`);
    }
  });
});
