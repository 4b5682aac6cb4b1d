import { whyNoConnection } from "../../../../../lambda/rotation/engines/postgresql/connection-errors";
import { postgresql } from "../../../../../lambda/rotation/engines/postgresql/engine";
import { copySettings } from "../../../../../lambda/rotation/engines/postgresql/role-settings";
import {
  DatabaseCommandError,
  DatabaseUnavailableError,
  InvalidSecretError,
} from "../../../../../lambda/rotation/errors";

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

test("a password that is not printable ASCII is refused before any statement, and not shown", async () => {
  const session = await refusingSession("app", refusal("42501"));
  const failure = session.setPassword("app", "pässword");
  await expect(failure).rejects.toBeInstanceOf(InvalidSecretError);
  await expect(failure).rejects.toThrow(/outside printable ASCII\. Remove the AWSPENDING label/);
  await expect(failure).rejects.not.toThrow("pässword");
});

test.each<[string, unknown, RegExp]>([
  ["no code", new Error("hidden"), /did not let the connection come about\. Look at the database's log/],
  ["neither code nor message", {}, /did not let the connection come about\. Look/],
  ["SQLSTATE 57P03", { code: "57P03" }, /does not take connections now \[57P03\]\. It is starting/],
  ["an unknown SQLSTATE", { code: "XX000" }, /did not let the connection come about \[XX000\]/],
])("a login that ends with %s says what to do, without the message", (_, error, message) => {
  const failure = whyNoConnection(error, SERVER, "app");
  expect(failure.message).toMatch(message);
  expect(failure.message).not.toContain("hidden");
});
