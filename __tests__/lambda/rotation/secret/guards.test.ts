import {
  InvalidSecretError,
  InvalidTagsError,
  RefusedError,
} from "../../../../lambda/rotation/support/errors";
import { DATABASE, Offline, SUPERUSER_ARN } from "../support/offline";

let offline: Offline;
beforeEach(() => {
  offline = new Offline();
});
afterEach(() => expect(offline.logins).toEqual([]));

const PENDING = { ...DATABASE, password: "pending-password" };
const ALTERNATING = { ...DATABASE, masterarn: SUPERUSER_ARN };

test.each<[string, object, object, RegExp]>([
  [
    "AWSPENDING for another host",
    DATABASE,
    { ...PENDING, host: "DB2.example" },
    /"db2?.example" port 5432, AWSCURRENT/i,
  ],
  [
    "AWSPENDING for a host that is not ours",
    DATABASE,
    { ...PENDING, host: "evil.example" },
    /"evil.example".*DATABASE_HOSTS/,
  ],
  [
    "AWSPENDING for another engine",
    DATABASE,
    { ...PENDING, engine: "mysql" },
    /AWSPENDING names another engine than AWSCURRENT\. Remove the AWSPENDING label/,
  ],
  [
    "alternating: a user whose alternate would have no name",
    { ...ALTERNATING, username: "_clone" },
    PENDING,
    /The alternate of "_clone" would be "": it is empty\. Choose another user name/,
  ],
  ["AWSPENDING for another port", DATABASE, { ...PENDING, port: 6000 }, /port 6000, AWSCURRENT for/],
  [
    "AWSPENDING for another database",
    DATABASE,
    { ...PENDING, dbname: "other" },
    /"other" on .*, AWSCURRENT for "app"/,
  ],
  [
    "AWSPENDING for another user",
    DATABASE,
    { ...PENDING, username: "boss" },
    /"boss", where "app" must follow/,
  ],
  ["AWSPENDING without TLS", DATABASE, { ...PENDING, ssl: false }, /AWSPENDING has "ssl": false/],
  ["AWSPENDING without TLS, as text", DATABASE, { ...PENDING, ssl: "False" }, /AWSPENDING has "ssl": false/],
  [
    "AWSCURRENT for a host that is not ours",
    { ...DATABASE, host: "evil.example" },
    PENDING,
    /AWSCURRENT names the host/,
  ],
  ["AWSCURRENT without TLS", { ...DATABASE, ssl: false }, PENDING, /AWSCURRENT has "ssl": false/],
  ["alternating: AWSPENDING for the same user", ALTERNATING, PENDING, /"app", where "app_clone" must follow/],
  [
    "alternating: AWSPENDING for a third user",
    ALTERNATING,
    { ...PENDING, username: "app_clone_clone" },
    /must follow/,
  ],
])("setSecret refuses %s before connecting", async (_, current, pending, message) => {
  const [arn, token] = await offline.pending(current, pending);
  const failure = offline.step(arn, token, "setSecret");
  await expect(failure).rejects.toBeInstanceOf(RefusedError);
  await expect(failure).rejects.toThrow(message);
});

test("testSecret refuses a host that is not ours before connecting", async () => {
  const [arn, token] = await offline.pending(DATABASE, { ...PENDING, host: "evil.example" });
  await expect(offline.step(arn, token, "testSecret")).rejects.toBeInstanceOf(RefusedError);
});

test("createSecret refuses a host that is not ours before writing", async () => {
  const arn = offline.secrets.create({ ...DATABASE, host: "evil.example" });
  await expect(offline.step(arn, offline.secrets.startRotation(arn), "createSecret")).rejects.toBeInstanceOf(
    RefusedError,
  );
  expect(offline.secrets.calls).toEqual(["describe", "getValue AWSCURRENT"]);
});

test.each(["createSecret", "setSecret", "testSecret"])(
  "%s refuses a user other than the declared one",
  async (step) => {
    const [arn, token] = await offline.pending(DATABASE, PENDING, { "rotation:user": "somebody" });
    await expect(offline.step(arn, token, step)).rejects.toThrow(/the secret was declared for "somebody"/);
  },
);

test.each(["createSecret", "setSecret", "testSecret"])(
  "%s refuses a database other than the declared one, so that a forged value does not move the superuser",
  async (step) => {
    const { password: _, ...forged } = { ...DATABASE, dbname: "payroll", masterarn: SUPERUSER_ARN };
    const tags = { "rotation:user": "app", "rotation:database": "app" };
    const [arn, token] = await offline.pending(forged, { ...PENDING, dbname: "payroll" }, tags);
    await expect(offline.step(arn, token, step)).rejects.toThrow(
      /names the database "payroll"; the secret was declared for "app"/,
    );
  },
);

test.each(["rds_superuser", "pg_execute_server_program", "pg_write_server_files"])(
  "the group role %s is refused",
  async (role) => {
    const arn = offline.secrets.create(DATABASE, { "rotation:group-roles": `readers ${role}` });
    const failure = offline.step(arn, offline.secrets.startRotation(arn), "createSecret");
    await expect(failure).rejects.toThrow(`must not have "${role}"`);
  },
);

test("the declared user's alternate is accepted", async () => {
  const arn = offline.secrets.create({ ...ALTERNATING, username: "app_clone" }, { "rotation:user": "app" });
  await offline.step(arn, offline.secrets.startRotation(arn), "createSecret");
  expect(offline.secrets.at(arn, "AWSPENDING").username).toBe("app");
});

test("a declared user with the name of an alternate is refused", async () => {
  const arn = offline.secrets.create(
    { ...ALTERNATING, username: "app_clone" },
    { "rotation:user": "app_clone" },
  );
  await expect(offline.step(arn, offline.secrets.startRotation(arn), "createSecret")).rejects.toThrow(
    /without _clone/,
  );
});

test("tags that cannot be understood are all named at once", async () => {
  const arn = offline.secrets.create(DATABASE, {
    "rotation:strategy": "both",
    "rotation:user": "app other",
    "rotation:iam-user": "app_clone",
    "rotation:group-roles": "readers rds_iam",
    "rotation:grants": "DROP:database",
  });
  const failure = offline.step(arn, offline.secrets.startRotation(arn), "createSecret");
  await expect(failure).rejects.toBeInstanceOf(InvalidTagsError);
  await expect(failure).rejects.toThrow(
    /rotation:strategy must be single-user or alternating-users, got "both"/,
  );
  await expect(failure).rejects.toThrow(
    /must not have "rds_iam": they reach beyond one user of one database/,
  );
  await expect(failure).rejects.toThrow(/one name, got "app other"/);
  await expect(failure).rejects.toThrow(/"DROP:database": database takes CONNECT/);
});

test.each<[string, unknown, string]>([
  ["not JSON", "{password: hidden-value}", "is not JSON"],
  ["no object", ["hidden-value"], "is not a JSON object"],
  ["null", "null", "is not a JSON object"],
  [
    "an unsupported engine",
    { ...DATABASE, engine: "oracle" },
    'has engine "oracle"; this function rotates postgres',
  ],
  ["no engine", { ...DATABASE, engine: undefined }, "non-empty text engine"],
  ["no host", { ...DATABASE, host: undefined }, "non-empty text host"],
  ["an empty host", { ...DATABASE, host: "" }, "non-empty text host"],
  ["no username", { ...DATABASE, username: undefined }, "non-empty text username"],
  ["a number as username", { ...DATABASE, username: 7 }, "non-empty text username"],
  ["a username of 64 bytes", { ...DATABASE, username: "ü".repeat(32) }, "63 bytes"],
  ["a username with a line break", { ...DATABASE, username: "a\nb" }, '"a\\nb": it has control characters'],
  [
    "a username with half a surrogate pair",
    '{"engine":"postgres","username":"\\ud800"}',
    "not valid Unicode",
  ],
  ["an empty password", { ...DATABASE, password: "" }, "non-empty text password"],
  ["null as password", { ...DATABASE, password: null }, "non-empty text password"],
  ["a number as dbname", { ...DATABASE, dbname: 7 }, "non-empty text dbname"],
  ["a port that is no number", { ...DATABASE, port: "54x" }, "port from 1 to 65535"],
  ["a port that is none", { ...DATABASE, port: 70000 }, "port from 1 to 65535"],
])("a value that has %s is refused, without showing it", async (_, value, message) => {
  const arn = offline.secrets.create(value as object);
  const error = await offline
    .step(arn, offline.secrets.startRotation(arn), "createSecret")
    .catch((thrown: Error) => thrown);
  expect(error).toBeInstanceOf(InvalidSecretError);
  expect((error as Error).message).toContain(message);
  expect((error as Error).stack + offline.logLines.join()).not.toMatch(/hidden-value|current-password/);
});

test("an AWSPENDING value that is not valid is reported and not overwritten", async () => {
  const [arn, token] = await offline.pending(DATABASE, { ...DATABASE, password: undefined });
  await expect(offline.step(arn, token, "createSecret")).rejects.toThrow(
    "The value of AWSPENDING has no password",
  );
  expect(offline.secrets.at(arn, "AWSPENDING")).not.toHaveProperty("password");
});

test.each<[string, Record<string, unknown>]>([
  ["a port as text", { port: "5432" }],
  ["null in optional fields", { port: null, dbname: null, masterarn: null, ssl: null }],
  ["ssl true", { ssl: true }],
  ["a host in capitals", { host: "DB.EXAMPLE" }],
])("a value that has %s is accepted", async (_, more) => {
  const value = { ...DATABASE, ...more };
  const arn = offline.secrets.create(value);
  await offline.step(arn, offline.secrets.startRotation(arn), "createSecret");
  expect(offline.secrets.at(arn, "AWSPENDING")).toEqual({ ...value, password: expect.any(String) });
});

test.each([false, "False"])(
  '"ssl": %p is honoured for a host that the environment names, and for no other',
  async (ssl) => {
    offline.environment = { DATABASE_HOSTS: "db.example db2.example", HOSTS_WITHOUT_TLS: "DB.example" };
    const [arn, token] = await offline.pending({ ...DATABASE, ssl }, { ...PENDING, ssl });
    await expect(offline.step(arn, token, "testSecret")).rejects.toThrow("refused AWSPENDING");
    expect(offline.logins.splice(0)).toEqual(["app@db.example without TLS"]);
    const other = { ...DATABASE, host: "db2.example", ssl };
    const [elsewhere, version] = await offline.pending(other, { ...other, password: "pending-password" });
    await expect(offline.step(elsewhere, version, "testSecret")).rejects.toThrow(
      /naming it in HOSTS_WITHOUT_TLS/,
    );
  },
);

test("AWSPENDING with TLS turned off, where AWSCURRENT has it, is refused on such a host too", async () => {
  offline.environment = { DATABASE_HOSTS: "db.example", HOSTS_WITHOUT_TLS: "db.example" };
  const [arn, token] = await offline.pending(DATABASE, { ...PENDING, ssl: false });
  await expect(offline.step(arn, token, "setSecret")).rejects.toThrow(/without TLS, AWSCURRENT for/);
});

test("createSecret does not try an abandoned version that is for another server", async () => {
  const arn = offline.secrets.create(DATABASE);
  const token = offline.secrets.startRotation(arn);
  await offline.step(arn, token, "createSecret");
  const version = offline.secrets.secret(arn).versions.get(token);
  if (version !== undefined) version.value = JSON.stringify({ ...PENDING, host: "evil.example" });
  offline.secrets.abandonRotation(arn);
  await offline.step(arn, offline.secrets.startRotation(arn), "createSecret");
  expect(offline.secrets.at(arn, "AWSPENDING")).toMatchObject({ host: DATABASE.host });
});

test("createSecret refuses another superuser secret for an IAM user, where setSecret would", async () => {
  const value = { ...DATABASE, masterarn: "the-superuser-by-name" };
  const arn = offline.secrets.create(value, {
    "rotation:strategy": "single-user",
    "rotation:iam-user": "app_iam",
  });
  const failure = offline.step(arn, offline.secrets.startRotation(arn), "createSecret");
  await expect(failure).rejects.toThrow(/names "the-superuser-by-name" as masterarn/);
  expect(offline.secrets.at(arn, "AWSPENDING")).toEqual({});
});
