import { RefusedError } from "../../../../lambda/rotation/support/errors";
import { World } from "../support/world";

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());
beforeEach(() => world.reset());

test("the IAM user gets rds_iam, the group roles and the grants, and no password", async () => {
  await world.asSuperuser("CREATE ROLE auditors");
  const { arn } = await world.alternatingSecret({
    "rotation:iam-user": "alternating_iam",
    "rotation:group-roles": "auditors",
    "rotation:grants": "CREATE:database",
  });
  await world.rotate(arn);
  await world.rotate(arn);
  const rows = await world.database.asAdmin((admin) =>
    admin.query(
      `SELECT rolcanlogin, rolpassword IS NULL AS passwordless, pg_has_role(oid, 'rds_iam', 'MEMBER') AS iam,
              pg_has_role(oid, 'auditors', 'MEMBER') AS grouped, has_database_privilege(oid, 'app', 'CREATE') AS granted
       FROM pg_authid WHERE rolname = 'alternating_iam'`,
    ),
  );
  expect(rows.rows).toEqual([
    { rolcanlogin: true, passwordless: true, iam: true, grouped: true, granted: true },
  ]);
});

test("the user of the secret cannot be the IAM user", async () => {
  const { arn, user } = await world.alternatingSecret();
  world.secrets.secret(arn).tags.set("rotation:iam-user", `${user}_clone`);
  await expect(world.rotate(arn)).rejects.toThrow(
    /rotation:iam-user names .* could not log in with a password/,
  );
});

test("a database without rds_iam fails with what is missing", async () => {
  const { arn } = await world.alternatingSecret({ "rotation:iam-user": "iam_without_rds" });
  await world.database.asAdmin((admin) => admin.query("ALTER ROLE rds_iam RENAME TO rds_iam_off"));
  try {
    await expect(world.rotate(arn)).rejects.toThrow(/"rds_iam".*\[42704\]/);
  } finally {
    await world.database.asAdmin((admin) => admin.query("ALTER ROLE rds_iam_off RENAME TO rds_iam"));
  }
});

test("a declared IAM user that does not exist is made with the superuser, and once only", async () => {
  const { arn } = await world.alternatingSecret({
    "rotation:strategy": "single-user",
    "rotation:iam-user": "iam_of_single",
  });
  await world.rotate(arn);
  expect(await world.asSuperuser("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'iam_of_single'")).toEqual(
    [{ rolcanlogin: true }],
  );
  expect(await world.callsOfRotation(arn)).toHaveLength(11);
});

test("an IAM user that is an ordinary user of the database is refused before the password changes", async () => {
  const other = await world.alternatingSecret();
  const { arn } = await world.alternatingSecret({ "rotation:iam-user": other.user });
  world.secrets.secret(arn).tags.set("rotation:strategy", "alternating-users");
  await expect(world.rotate(arn)).rejects.toBeInstanceOf(RefusedError);
  expect(await world.currentLogsIn(arn)).toBe(true);
});

test("an IAM user of another secret is left as it is, with a warning", async () => {
  const tags = { "rotation:strategy": "alternating-users", "rotation:iam-user": "iam_of_another" };
  await world.rotate((await world.alternatingSecret(tags)).arn);
  const kept = () =>
    world.asSuperuser(
      `SELECT shobj_description(r.oid, 'pg_authid'), array(SELECT a::text FROM pg_auth_members a WHERE member = r.oid)
       FROM pg_roles r WHERE rolname = 'iam_of_another'`,
    );
  const before = await kept();
  const { arn } = await world.alternatingSecret({ ...tags, "rotation:group-roles": "auditors" });
  await world.rotate(arn);
  expect(await kept()).toEqual(before);
  expect(world.logLines.join()).toContain("the IAM user was not made for this secret, and is left as it is");
});

test("no password is in our log, in an error or in the server's log", async () => {
  expect(world.secrets.passwords.size).toBeGreaterThan(5);
  expect(await world.leaks()).toEqual([]);
});
