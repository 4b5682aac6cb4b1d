import type { DatabaseSession } from "../../../../../lambda/rotation/engines/engine";
import { mysql } from "../../../../../lambda/rotation/engines/mysql/engine";
import { DatabaseCommandError, InvalidSecretError } from "../../../../../lambda/rotation/support/errors";

const ACCOUNT = { host: "%", plugin: "caching_sha2_password", ssl_type: "" };

/**
 * Servers that no test can start, such as Aurora MySQL, and statements whose text matters: answers are scripted here,
 * after the reference manual. What a real server can show is in `dual-passwords.test.ts` and `rotation.test.ts`.
 */
class ScriptedMySql {
  readonly statements: string[] = [];
  version = "8.0.39";
  accounts = [{ ...ACCOUNT }];
  accountsOfAlternate: typeof this.accounts = [];
  /** The origins that are recorded beside each account. */
  recorded = ["arn"];
  refusals: [RegExp, string][] = [];

  async session(username: string, password = "old"): Promise<DatabaseSession> {
    const engine = mysql({
      connect: async () => ({
        run: async (_intent, sql) => {
          this.statements.push(sql.replace(/\s+/g, " "));
          const refusal = this.refusals.find(([pattern]) => pattern.test(sql));
          if (refusal) throw new DatabaseCommandError({ problem: "no", code: refusal[1], remedy: "-" });
          if (sql.includes("VERSION()")) return [{ version: this.version }];
          if (sql.startsWith("CREATE USER")) this.accounts = [{ ...ACCOUNT }];
          if (sql.includes("GET_LOCK")) return [{ locked: 1 }];
          if (sql.includes("CURRENT_USER()")) return [{ name: "another@10.%" }];
          const accounts = sql.includes("_clone'") ? this.accountsOfAlternate : this.accounts;
          if (sql.includes("FROM mysql.user")) return accounts;
          if (!sql.includes("FROM information_schema.USER_ATTRIBUTES")) return [];
          return accounts.flatMap(({ host }) => this.recorded.map((origin) => ({ host, origin })));
        },
        close: async () => undefined,
      }),
    });
    const login = await engine.login(
      { host: "db", port: 3306, database: "app", tls: true },
      { username, password },
    );
    if ("refused" in login) throw new Error(login.refused);
    return login.session;
  }

  changes(): string[] {
    return this.statements.filter((sql) => !/^\s*(SELECT|SHOW)/.test(sql));
  }
}

const PAIR = { user: "app", alternate: "app_clone", origin: "arn" };

let server: ScriptedMySql;
beforeEach(() => {
  server = new ScriptedMySql();
});

test.each(["8.0.39", "9.1.0", "8.0.mysql_aurora.3.08.0"])(
  "a user that changes its own password on %s keeps the old one valid",
  async (version) => {
    server.version = version;
    const session = await server.session("app");
    expect(await session.setPassword("app", "new'pass")).toBe("retained");
    expect(server.changes()).toEqual([
      "ALTER USER USER() IDENTIFIED BY 'new''pass' REPLACE 'old' RETAIN CURRENT PASSWORD",
    ]);
  },
);

test("before 8.0.14 there are no dual passwords to ask for", async () => {
  server.version = "8.0.13";
  expect(await (await server.session("app")).setPassword("app", "new")).toBe("replaced");
  expect(server.changes()).toEqual(["ALTER USER USER() IDENTIFIED BY 'new'"]);
});

test("any other refusal is passed on", async () => {
  server.refusals = [[/ALTER USER/, "ER_NOT_VALID_PASSWORD"]];
  const session = await server.session("app");
  await expect(session.setPassword("app", "new")).rejects.toThrow("ER_NOT_VALID_PASSWORD");
});

test("the superuser sets the password of all host parts in one statement, after it ended kept ones", async () => {
  server.accounts = ["%", "10.%"].map((host) => ({ host, plugin: "caching_sha2_password", ssl_type: "" }));
  expect(await (await server.session("superuser")).setPassword("app", "new")).toBe("replaced");
  expect(server.changes()).toEqual([
    "ALTER USER 'app'@'%' DISCARD OLD PASSWORD, 'app'@'10.%' DISCARD OLD PASSWORD",
    "ALTER USER 'app'@'%' IDENTIFIED BY 'new', 'app'@'10.%' IDENTIFIED BY 'new'",
  ]);
});

test("a new user records its origin from the first moment, and may keep an old password", async () => {
  server.accounts = [];
  const session = await server.session("superuser");
  await session.provideUser("app", "arn:it's");
  expect(server.changes()[0]).toMatch(
    /^CREATE USER 'app'@'%' IDENTIFIED BY '[\w-]{40}aA1!' ATTRIBUTE '\{"secretRotation":"arn:it''s"\}'$/,
  );
  expect(server.changes().at(-1)).toBe("GRANT APPLICATION_PASSWORD_ADMIN ON *.* TO 'app'@'%'");
});

test("a superuser that may not grant dual passwords makes the user without", async () => {
  server.refusals = [[/APPLICATION_PASSWORD_ADMIN/, "ER_SPECIFIC_ACCESS_DENIED_ERROR"]];
  const session = await server.session("superuser");
  await session.provideUser("app", "arn");
});

test("an alternate never gets a plugin that keeps no password", async () => {
  server.accounts = [
    { host: "%", plugin: "caching_sha2_password", ssl_type: "" },
    { host: "10.%", plugin: "AWSAuthenticationPlugin", ssl_type: "" },
  ];
  server.accountsOfAlternate = server.accounts.map((account) => ({ ...account, plugin: "sha256_password" }));
  await (await server.session("superuser")).alignPair(PAIR);
  expect(server.changes()).toEqual([
    expect.stringMatching(
      /^ALTER USER 'app_clone'@'%' IDENTIFIED WITH caching_sha2_password BY '[\w-]{40}aA1!'$/,
    ),
  ]);
});

test("the account of another user, for whom the session's is a proxy, is not its own", async () => {
  server.recorded = [];
  server.accounts = [{ host: "10.%", plugin: "caching_sha2_password", ssl_type: "" }];
  const superuser = await server.session("superuser");
  const foreign = async (user: string) => {
    const byCurrent = await (await server.session(user)).loggedInAs();
    return await superuser.findForeignPair(
      { user, alternate: `${user}_clone`, origin: "arn" },
      { byCurrent },
    );
  };
  expect(await foreign("another")).toBeUndefined();
  expect(await foreign("app")).toMatchObject({ description: '"app" for the hosts "10.%"' });
});

test("a user is one of IAM only if all of its accounts are", async () => {
  const session = await server.session("superuser");
  server.accounts = [{ host: "%", plugin: "AWSAuthenticationPlugin", ssl_type: "" }];
  expect(await session.hasIamLogin("app_iam")).toBe(true);
  server.accounts.push({ host: "10.%", plugin: "caching_sha2_password", ssl_type: "" });
  expect(await session.hasIamLogin("app_iam")).toBe(false);
});

test("an IAM user logs in with the plugin, over TLS", async () => {
  const session = await server.session("superuser");
  await session.provideIamUser("app_iam", "arn");
  expect(server.changes()).toEqual([
    "ALTER USER 'app_iam'@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL",
  ]);
  expect(await session.hasIamLogin("app_iam")).toBe(false);
});

test("names that MySQL cannot have are a problem", () => {
  const { userNameProblem, resetCommand } = mysql({ certificateAuthorities: "" });
  expect(userNameProblem("x".repeat(32))).toBeUndefined();
  expect(userNameProblem("ü".repeat(32))).toBeUndefined();
  for (const name of ["x".repeat(33), "a\nb", "\ud800", "🔑", "blank ", " blank", "'quoted'"]) {
    expect(userNameProblem(name)).toEqual(expect.any(String));
  }
  expect(resetCommand("app")).toBe("ALTER USER 'app'@'%' IDENTIFIED BY '...'");
});

test("the command that hands a user over merges its origin into the attributes of each account", async () => {
  const session = await server.session("superuser");
  server.recorded = [];
  server.accounts = ["%", "10.%"].map((host) => ({ host, plugin: "caching_sha2_password", ssl_type: "" }));
  expect((await session.findForeignUser("it's", "arn"))?.handOverCommand).toBe(
    `ALTER USER 'it''s'@'%' ATTRIBUTE '{"secretRotation":"arn"}'; ALTER USER 'it''s'@'10.%' ATTRIBUTE '{"secretRotation":"arn"}'`,
  );
});

test("a password that is not printable ASCII is refused before any statement, and not shown", async () => {
  const session = await server.session("app");
  const failure = session.setPassword("app", "pässword");
  await expect(failure).rejects.toBeInstanceOf(InvalidSecretError);
  await expect(failure).rejects.toThrow(/outside printable ASCII\. Remove the AWSPENDING label/);
  await expect(failure).rejects.not.toThrow("pässword");
  expect(server.changes()).toEqual([]);
});

test("a failure while the superuser's right to grant dual passwords is tried is passed on", async () => {
  server.refusals = [[/APPLICATION_PASSWORD_ADMIN/, "ER_LOCK_WAIT_TIMEOUT"]];
  const session = await server.session("superuser");
  await expect(session.provideUser("app", "arn")).rejects.toThrow("ER_LOCK_WAIT_TIMEOUT");
});

test("a failure while twins are aligned that is no refusal keeps its own remedy", async () => {
  server.refusals = [[/FROM mysql.user/, "ER_LOCK_WAIT_TIMEOUT"]];
  const session = await server.session("superuser");
  await expect(session.alignPair(PAIR)).rejects.toThrow(/ER_LOCK_WAIT_TIMEOUT.*\. -$/);
});
