import { World } from "./support/world";

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());
beforeEach(() => world.reset());

const asAdmin = async (sql: string) => {
  await world.database.asAdmin((admin) => admin.query(sql));
};
/** A secret that works, and what is done to its user then. */
const userBroken = (sql: (user: string) => string) => async () => {
  const { arn, user } = await world.workingSecret();
  await asAdmin(sql(user));
  return arn;
};
const secretWith = (fields: object, tags?: Record<string, string>) => async () =>
  (await world.workingSecret(tags, { ...fields })).arn;
let made = 0;
/** A secret whose user the first rotation is to make. */
const newUser = (tags: Record<string, string>) => async () => {
  const user = `made_${made++}`;
  return world.secrets.create(
    { ...world.connection(user), masterarn: world.superuserArn },
    { "rotation:user": user, "rotation:database": world.database.databaseName, ...tags },
  );
};

/**
 * What breaks a rotation, each for real, and what the message must say to do. Each is an error of the function, which is
 * the alarm rotationErrors, and an event RotationFailed; the local run shows both for one of them.
 */
const WAYS: readonly (readonly [way: string, breakIt: () => Promise<string>, remedy: RegExp])[] = [
  [
    "the password was changed behind the secret",
    userBroken((user) => `ALTER ROLE "${user}" PASSWORD 'other'`),
    /Set it, as a superuser, .*ALTER ROLE "user_\d+"/,
  ],
  [
    "the user is gone",
    userBroken((user) => `DROP ROLE "${user}"`),
    /Set it, as a superuser, .*ALTER ROLE "user_\d+"/,
  ],
  [
    "the user may not log in any more",
    userBroken((user) => `ALTER ROLE "${user}" NOLOGIN`),
    /Set it, as a superuser, .*ALTER ROLE "user_\d+"/,
  ],
  [
    "the password has expired",
    userBroken((user) => `ALTER ROLE "${user}" VALID UNTIL '2020-01-01'`),
    /Set it, as a superuser, .*ALTER ROLE "user_\d+"/,
  ],
  [
    "the user may have no connection",
    userBroken((user) => `ALTER ROLE "${user}" CONNECTION LIMIT 0`),
    /Run as superuser: ALTER ROLE .* CONNECTION LIMIT/,
  ],
  ["the database is gone", secretWith({ dbname: "gone" }), /Create the database, or correct dbname/],
  ["nothing listens", secretWith({ port: 1 }), /Check that the cluster is available/],
  ["the host is not one of ours", secretWith({ host: "127.0.0.1" }), /Restore the host in the secret/],
  ["the engine is one that nobody knows", secretWith({ engine: "oracle" }), /Correct the secret/],
  ["the secret is no JSON", async () => world.secrets.create("not JSON"), /Correct the secret/],
  [
    "the secret has no password and no superuser",
    async () => world.secrets.create(world.connection("nobody")),
    /put the password of a user that exists/,
  ],
  ["a tag is wrong", secretWith({}, { "rotation:strategy": "none" }), /Correct the tags/],
  ["tags declare another user", secretWith({}, { "rotation:user": "boss" }), /change the tag rotation:user/],
  [
    "a group role that is to be given is not there",
    newUser({ "rotation:group-roles": "gone" }),
    /Create what is missing, or correct the tags/,
  ],
  [
    "a schema that is to be granted is not there",
    newUser({ "rotation:grants": "USAGE:schema:gone" }),
    /Create it, or correct the tag rotation:grants/,
  ],
  [
    "the superuser's password was changed behind its secret",
    async () => {
      const { arn } = await world.alternatingSecret();
      world.secrets.put(world.superuserArn, { ...world.database.superuser, password: "other" });
      return arn;
    },
    /Check that "arn.*" is the superuser secret/,
  ],
];

afterEach(() => world.secrets.put(world.superuserArn, world.database.superuser));

test.each(WAYS)("%s: the failure says which secret and what to do", async (_, breakIt, remedy) => {
  const arn = await breakIt();
  const failure: Error = await world.rotate(arn).then(
    () => new Error("the rotation succeeded"),
    (error) => error,
  );
  expect(failure.message).toContain(arn);
  expect(failure.message).toMatch(remedy);
  expect(world.lastLog()).toMatchObject({ level: "error", secretArn: arn, message: failure.message });
});

test("no failure says a password", async () => {
  expect(await world.leaks()).toEqual([]);
});
