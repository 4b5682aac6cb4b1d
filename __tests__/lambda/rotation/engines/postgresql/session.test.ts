import { DatabaseError } from "pg";
import { CAUSE } from "../../../../../lambda/rotation/engines/connection-causes";
import { whyNoConnection } from "../../../../../lambda/rotation/engines/postgresql/connection-errors";
import { postgresql } from "../../../../../lambda/rotation/engines/postgresql/engine";
import { copySettings } from "../../../../../lambda/rotation/engines/postgresql/role-settings";
import {
  DatabaseCommandError,
  DatabaseUnavailableError,
  InvalidSecretError,
  UnexpectedError,
} from "../../../../../lambda/rotation/support/errors";
import { faultsOfCode } from "../../support/faults-of-code";

const SERVER = { host: "db", port: 5432, database: "app", tls: true };

/** A session in which only settings can be read, and every other statement ends with an error. */
async function refusingSession(username: string, error: Error) {
  const engine = postgresql({
    connect: async () => ({
      run: async (_, sql) => {
        if (sql.startsWith("SELECT current_setting")) return [];
        throw error;
      },
      close: async () => undefined,
    }),
  });
  const login = await engine.login(SERVER, { username, password: "secret" });
  if ("refused" in login) throw new Error(login.refused);
  return login.session;
}

const refusal = (code: string) => new DatabaseCommandError({ problem: "No", code, remedy: "Original." });

test("a user that may not change its own password is told of RDS's setting for that", async () => {
  const session = await refusingSession("app", refusal("42501"));
  await expect(session.setPassword("app", "new")).rejects.toThrow(
    /\[42501\]\. If rds\.restrict_password_commands is on, the user must be a member of rds_password/,
  );
});

test("another refusal of a password keeps its own remedy", async () => {
  const session = await refusingSession("postgres", refusal("22023"));
  await expect(session.setPassword("app", "new")).rejects.toThrow(/\[22023\]\. Original\./);
});

test("a connection that breaks is not taken for a refusal", async () => {
  const broken = new DatabaseUnavailableError({ problem: "It broke", remedy: "Again." });
  const session = await refusingSession("postgres", broken);
  await expect(session.setPassword("app", "new")).rejects.toBe(broken);
});

test("a connection that breaks while a twin is given a setting is not taken for a refusal", async () => {
  const broken = new DatabaseUnavailableError({ problem: "It broke", remedy: "Again." });
  const run = async (_: string, sql: string) => {
    if (sql.startsWith("ALTER ROLE")) throw broken;
    return sql.includes("pg_db_role_setting")
      ? [{ role: "app", database: null, name: "work_mem", value: "7MB" }]
      : [];
  };
  const copied = copySettings({ run, close: async () => undefined }, "app", "app_clone");
  await expect(copied).rejects.toBe(broken);
});

test.each(["", "pässword", "tab\t", "zero\0"])(
  "the password %p is refused before any statement, and not shown",
  async (password) => {
    const session = await refusingSession("app", refusal("42501"));
    const failure = session.setPassword("app", password);
    await expect(failure).rejects.toBeInstanceOf(InvalidSecretError);
    await expect(failure).rejects.toThrow(
      /^The new password has characters outside printable ASCII\. Remove the AWSPENDING label[\w :,]+\.$/,
    );
  },
);

const refusedBy = (code: string) => Object.assign(new DatabaseError("hidden", 0, "error"), { code });

test.each<[string, unknown, RegExp]>([
  ["SQLSTATE 57P03", refusedBy("57P03"), /does not take connections now \[57P03\]\. It is starting/],
  ["an unknown SQLSTATE", refusedBy("XX000"), /did not let the connection come about \[XX000\]/],
  ["an answer without a code", refusedBy(""), /did not let the connection come about/],
  [
    "an error of the network",
    { code: "ECONNRESET", message: "hidden" },
    /closed the connection before the login was done \[ECONNRESET\]/,
  ],
  [
    "an old TLS",
    { code: "EPROTO", message: "hidden" },
    /no version of TLS in common \[EPROTO\].*1\.2 or newer/,
  ],
  [
    "an error of TLS",
    { code: "ERR_SSL_NO_PROTOCOLS_AVAILABLE", message: "hidden" },
    /\[ERR_SSL_NO_PROTOCOLS/,
  ],
  [
    "a cut off login",
    new Error("Connection terminated unexpectedly"),
    /closed the connection before the login was done\. It is restarting/,
  ],
  ["a wrong signature", new Error("SASL: hidden"), /did not let the connection come about\. Look/],
])("a login that ends with %s says what to do, without the message", (_, error, message) => {
  const failure = whyNoConnection(error, SERVER, "app", CAUSE.other);
  expect(failure).toBeInstanceOf(DatabaseUnavailableError);
  expect(failure.message).toMatch(message);
  expect(failure.message).not.toContain("hidden");
});

test.each(faultsOfCode)("a login that ends with %s is a fault of the function", (_, error) => {
  const failure = whyNoConnection(error, SERVER, "app", CAUSE.other);
  expect(failure).toBeInstanceOf(UnexpectedError);
  expect(failure.message).toMatch(/^A fault of the rotation function itself/);
  expect(failure.message).not.toMatch(/hidden|database's log/);
});
