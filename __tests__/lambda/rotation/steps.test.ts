import { DatabaseUnavailableError, LoginRefusedError } from "../../../lambda/rotation/support/errors";
import { DATABASE, Offline } from "./support/offline";

let offline: Offline;
beforeEach(() => {
  offline = new Offline();
});

const PENDING = { ...DATABASE, password: "pending-password" };

test("a database that cannot be reached ends setSecret at the first login: another password would not help", async () => {
  offline.login = async () => {
    throw new DatabaseUnavailableError({ problem: "The server is away", remedy: "Wait." });
  };
  const [arn, token] = await offline.pending(DATABASE, PENDING);
  await expect(offline.step(arn, token, "setSecret")).rejects.toBeInstanceOf(DatabaseUnavailableError);
  expect(offline.logins).toEqual(["app@db.example"]);
});

test("an error names step, secret and version, in the message, the stack and the log", async () => {
  const [arn, token] = await offline.pending(DATABASE, PENDING);
  const error = await offline.step(arn, token, "testSecret").catch((thrown) => thrown);
  const where = `"testSecret" of "${arn}" version "${token}": The database on "db.example" refused AWSPENDING`;
  expect(error).toBeInstanceOf(LoginRefusedError);
  expect(error.message).toContain(where);
  expect(error.stack).toContain(where);
  expect(JSON.parse(offline.logLines.at(-1) ?? "")).toMatchObject({
    level: "error",
    outcome: "failed",
    error: "LoginRefusedError",
    message: error.message,
  });
});

test("a generated password of another length than asked for is not used", async () => {
  const arn = offline.secrets.create(DATABASE);
  const token = offline.secrets.startRotation(arn);
  offline.secrets.randomPassword = async () => "";
  await expect(offline.step(arn, token, "createSecret")).rejects.toThrow(/0 characters instead of 32/);
  expect(offline.secrets.calls).not.toContain("putPending");
});

test.each([
  ["postgres", ":/@\"'\\"],
  ["mysql", "/@\"'\\"],
])("generated passwords keep out the characters that AWS's function for %s keeps out", async (engine, out) => {
  // With a superuser, the step would look for other passwords of a MySQL user.
  offline.environment = { DATABASE_HOSTS: DATABASE.host };
  const asked: string[] = [];
  offline.secrets.randomPassword = async (policy) => {
    asked.push(policy.excludedCharacters);
    return "x".repeat(policy.length);
  };
  const arn = offline.secrets.create({ ...DATABASE, engine });
  await offline.step(arn, offline.secrets.startRotation(arn), "createSecret");
  expect(asked).toEqual([out]);
});
