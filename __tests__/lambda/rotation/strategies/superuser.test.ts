import {
  ConfigurationError,
  DatabaseCommandError,
  LoginRefusedError,
  RefusedError,
} from "../../../../lambda/rotation/support/errors";
import { superuserKeepsTls } from "../support/superuser-keeps-tls";
import { World } from "../support/world";

let world: World;
beforeAll(async () => {
  world = await World.start({ plaintext: true });
});
afterAll(() => world?.stop());
beforeEach(() => world.reset());

test("AWSCURRENT that does not log in stops the superuser from acting", async () => {
  const { arn, user } = await world.alternatingSecret();
  await world.setPassword(user, "another");
  const token = world.secrets.startRotation(arn);
  await world.step(arn, token, "createSecret");
  world.secrets.calls.length = 0;
  await expect(world.step(arn, token, "setSecret")).rejects.toBeInstanceOf(LoginRefusedError);
  expect(world.secrets.calls).toEqual(["describe", "getValue AWSPENDING", "getValue AWSCURRENT"]);
});

test("users that the superuser has no ADMIN OPTION on fail with the commands that give it", async () => {
  const { arn, user } = await world.alternatingSecret();
  await world.database.asAdmin((admin) =>
    admin.query(
      `CREATE ROLE ${user}_clone LOGIN; REVOKE ${user} FROM postgres CASCADE;
       COMMENT ON ROLE ${user}_clone IS 'Created by secret rotation for ${arn}'`,
    ),
  );
  for (const role of [user, `${user}_clone`]) {
    const failure: DatabaseCommandError = await world.rotate(arn).catch((error) => error);
    expect(failure).toBeInstanceOf(DatabaseCommandError);
    const command = `GRANT "${role}" TO "postgres" WITH ADMIN OPTION`;
    expect(failure.message).toContain(command);
    expect(await world.currentLogsIn(arn)).toBe(true);
    await world.database.asAdmin((admin) => admin.query(command));
    world.secrets.abandonRotation(arn);
  }
  await world.rotate(arn);
  expect(await world.currentLogsIn(arn)).toBe(true);
});

test.each([
  ["append", "carol", "carol_clone"],
  ["strip", "dave_clone", "dave"],
])("a role that only has the name of an alternate is refused (%s)", async (_, user, stranger) => {
  const { arn } = await world.alternatingSecret({}, user);
  await world.createUser(stranger, "strangers-password");
  await expect(world.rotate(arn)).rejects.toThrow(/nothing shows that this secret may set the password of/);
  expect(await world.logsIn(stranger, "strangers-password")).toBe(true);
});

test("a role that somebody made beforehand is taken with a membership, as AWS's function leaves it", async () => {
  const { arn, user } = await world.alternatingSecret();
  await world.createUser(`${user}_clone`, "beforehand");
  await world.asSuperuser(`GRANT ${user} TO ${user}_clone`);
  for (let rotation = 0; rotation < 2; rotation++) {
    await world.rotate(arn);
    expect(await world.currentLogsIn(arn)).toBe(true);
  }
});

test.each<[string, (user: string) => string]>([
  ["that may be passed on", (user) => `GRANT ${user} TO ${user}_clone WITH ADMIN OPTION`],
  [
    "that the user gave itself, as it could until PostgreSQL 15",
    (user) => `GRANT ${user} TO ${user}_clone;
      UPDATE pg_auth_members SET grantor = roleid WHERE roleid = '${user}'::regrole AND member = '${user}_clone'::regrole`,
  ],
  [
    "through a third role",
    (user) =>
      `CREATE ROLE ${user}_group; GRANT ${user} TO ${user}_group; GRANT ${user}_group TO ${user}_clone`,
  ],
  [
    "of a role that does not log in",
    (user) => `GRANT ${user} TO ${user}_clone; ALTER ROLE ${user}_clone NOLOGIN`,
  ],
  ["in a group role", (user) => `GRANT ${user}_clone TO ${user}; ALTER ROLE ${user}_clone NOLOGIN`],
  [
    "of a role that makes roles",
    (user) => `GRANT ${user} TO ${user}_clone; ALTER ROLE ${user}_clone CREATEROLE`,
  ],
  [
    "of a role that makes databases",
    (user) => `GRANT ${user} TO ${user}_clone; ALTER ROLE ${user}_clone CREATEDB`,
  ],
  [
    "of a role that replicates",
    (user) => `GRANT ${user} TO ${user}_clone; ALTER ROLE ${user}_clone REPLICATION`,
  ],
  [
    "of a role that reads around row-level security",
    (user) => `GRANT ${user} TO ${user}_clone; ALTER ROLE ${user}_clone BYPASSRLS`,
  ],
])("a membership %s is none that AWS's function leaves", async (_, relate) => {
  const { arn, user } = await world.alternatingSecret();
  await world.createUser(`${user}_clone`, "beforehand");
  await world.database.asAdmin((admin) => admin.query(relate(user)));
  await expect(world.rotate(arn)).rejects.toThrow(/does not show the two as a pair that AWS's function made/);
});

test("the superuser's own name, or its alternate's, is refused before anything is made", async () => {
  const { username, password } = world.database.superuser;
  const arn = world.secrets.create({
    ...world.connection(username),
    password,
    masterarn: world.superuserArn,
  });
  await expect(world.rotate(arn)).rejects.toThrow(/password of the superuser "postgres" itself/);
  expect(await world.asSuperuser("SELECT 1 FROM pg_roles WHERE rolname = 'postgres_clone'")).toEqual([]);
});

test("the superuser is never the alternate", async () => {
  const { arn } = await world.alternatingSecret({}, "postgres_clone");
  await expect(world.rotate(arn)).rejects.toThrow(/password of the superuser "postgres" itself/);
  expect(await world.logsIn(world.database.superuser.username, world.database.superuser.password)).toBe(true);
});

test("without a superuser secret the error says which variable to set", async () => {
  const { arn } = await world.alternatingSecret();
  world.environment = { DATABASE_HOSTS: "localhost" };
  const failure = world.rotate(arn);
  await expect(failure).rejects.toBeInstanceOf(ConfigurationError);
  await expect(failure).rejects.toThrow("SUPERUSER_SECRET_ARN");
});

test("a masterarn other than the function's superuser secret is refused", async () => {
  const { arn } = await world.alternatingSecret();
  const value = world.secrets.at(arn, "AWSCURRENT");
  world.secrets.put(arn, {
    ...value,
    masterarn: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:mine-AbCdEf",
  });
  await expect(world.rotate(arn)).rejects.toBeInstanceOf(RefusedError);
  expect(world.secrets.at(arn, "AWSPENDING")).toEqual({});
});

test.each([
  ["host", { host: "other.example" }],
  ["port", { port: 1 }],
])("the superuser of another server does not act for a secret (%s)", async (_, elsewhere) => {
  const { arn, user } = await world.alternatingSecret();
  world.environment.DATABASE_HOSTS = "localhost other.example";
  world.environment.SUPERUSER_SECRET_ARN = world.secrets.create({
    ...world.connection("postgres"),
    ...world.database.superuser,
    ...elsewhere,
  });
  const value = { ...world.secrets.at(arn, "AWSCURRENT"), masterarn: world.environment.SUPERUSER_SECRET_ARN };
  world.secrets.put(arn, value);
  const failure = world.rotate(arn);
  await expect(failure).rejects.toBeInstanceOf(RefusedError);
  await expect(failure).rejects.toThrow(
    /AWSCURRENT is for "localhost" port \d+, the superuser secret .* for "/,
  );
  expect(await world.asSuperuser(`SELECT 1 FROM pg_roles WHERE rolname = '${user}_clone'`)).toEqual([]);
});

test("a true superuser is nobody's alternate", async () => {
  const { arn } = await world.alternatingSecret({}, "boss_clone");
  await world.database.asAdmin((admin) =>
    admin.query("CREATE ROLE boss LOGIN SUPERUSER PASSWORD 'boss-password'"),
  );
  await expect(world.rotate(arn)).rejects.toThrow(/nothing shows that this secret may set the password of/);
  expect(await world.logsIn("boss", "boss-password")).toBe(true);
});

test("a superuser secret as AWS's functions have it, with host and port, works", async () => {
  const { arn } = await world.alternatingSecret();
  world.environment.SUPERUSER_SECRET_ARN = world.secrets.create({
    ...world.connection("postgres"),
    ...world.database.superuser,
  });
  const value = { ...world.secrets.at(arn, "AWSCURRENT"), masterarn: world.environment.SUPERUSER_SECRET_ARN };
  world.secrets.put(arn, value);
  await world.rotate(arn);
  expect(await world.currentLogsIn(arn)).toBe(true);
});

superuserKeepsTls(
  () => world,
  (user) => `DROP ROLE ${user}`,
);

test("a superuser secret that says so itself has the superuser log in without TLS", async () => {
  const { arn } = await world.alternatingSecret();
  world.environment.HOSTS_WITHOUT_TLS = "localhost";
  world.environment.SUPERUSER_SECRET_ARN = world.secrets.create({ ...world.database.superuser, ssl: false });
  world.secrets.put(arn, {
    ...world.secrets.at(arn, "AWSCURRENT"),
    masterarn: world.environment.SUPERUSER_SECRET_ARN,
  });
  const logins = world.watchTls();
  await world.rotate(arn);
  expect(logins).toContain("postgres without TLS");
});

test("a superuser secret without TLS is refused, unless the environment lists its host", async () => {
  const { arn } = await world.alternatingSecret();
  world.environment.SUPERUSER_SECRET_ARN = world.secrets.create({ ...world.database.superuser, ssl: false });
  world.secrets.put(arn, {
    ...world.secrets.at(arn, "AWSCURRENT"),
    masterarn: world.environment.SUPERUSER_SECRET_ARN,
  });
  const logins = world.watchTls();
  await expect(world.rotate(arn)).rejects.toThrow(/The superuser secret has "ssl": false/);
  expect(logins.filter((login) => login.startsWith("postgres"))).toEqual([]);
});

test("a superuser secret without a value fails and names the secret", async () => {
  const { arn } = await world.alternatingSecret();
  world.secrets.before = (call) => {
    if (call === "getValue AWSPENDING") world.secrets.secret(world.superuserArn).versions.clear();
  };
  await expect(world.rotate(arn)).rejects.toThrow(/superuser secret .* has no AWSCURRENT value/);
  world.secrets.before = () => undefined;
  world.secrets.put(world.superuserArn, world.database.superuser);
});

test("a wrong superuser password fails and names the secret", async () => {
  const { arn } = await world.alternatingSecret();
  world.environment.SUPERUSER_SECRET_ARN = world.secrets.create({
    username: "postgres",
    password: "outdated",
  });
  const value = { ...world.secrets.at(arn, "AWSCURRENT"), masterarn: world.environment.SUPERUSER_SECRET_ARN };
  world.secrets.put(arn, value);
  const failure = world.rotate(arn);
  await expect(failure).rejects.toBeInstanceOf(LoginRefusedError);
  await expect(failure).rejects.toThrow(world.environment.SUPERUSER_SECRET_ARN);
});

test("no password is in our log, in an error or in the server's log", async () => {
  expect(world.secrets.passwords.size).toBeGreaterThan(10);
  expect(await world.leaks()).toEqual([]);
});
