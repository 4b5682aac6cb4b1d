import { CHARACTERS } from "../../../lambda/rotation/contract/passwords";
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

test.each([
  ["postgres", ":/@\"'\\"],
  ["mysql", "/@\"'\\"],
])(
  "passwords keep out the characters that AWS's function for %s keeps out, and no others",
  async (engine, out) => {
    // With a superuser, the step would look for other passwords of a MySQL user.
    offline.environment = { DATABASE_HOSTS: DATABASE.host };
    let drawn = "";
    for (let times = 0; times < 80; times++) {
      const arn = offline.secrets.create({ ...DATABASE, engine });
      const token = offline.secrets.startRotation(arn);
      await offline.step(arn, token, "createSecret");
      drawn += JSON.parse(offline.secrets.secret(arn).versions.get(token)?.value ?? "{}").password;
    }
    const missing = Object.values(CHARACTERS).flatMap((kind) =>
      [...kind].filter((one) => !drawn.includes(one)),
    );
    expect(missing.sort()).toEqual([...out].sort());
  },
);
