import { RefusedError } from "../../../../lambda/rotation/support/errors";
import { onEachServer } from "../support/mysql-servers";
import { MySqlWorld } from "../support/mysql-world";
import { World } from "../support/world";

describe("PostgreSQL", () =>
  nobodyIsTakenOver(
    () => World.start(),
    (world) => async (user) => {
      const { rows } = await (world as World).database.asAdmin((admin) =>
        admin.query(
          "SELECT rolpassword, shobj_description(oid, 'pg_authid') AS comment FROM pg_authid WHERE rolname = $1",
          [user],
        ),
      );
      return rows;
    },
  ));

onEachServer((server) =>
  nobodyIsTakenOver(
    () => MySqlWorld.start(server),
    (world) => async (user) => {
      const { database } = world as MySqlWorld;
      const accounts = await database.asAdmin(
        `SELECT Host, authentication_string FROM mysql.user WHERE User = '${user}' AND Host <> ''`,
      );
      const grants = accounts.map(({ Host }) => database.asAdmin(`SHOW GRANTS FOR '${user}'@'${Host}'`));
      return [...accounts, ...(await Promise.all(grants)).flat()];
    },
  ),
);

function nobodyIsTakenOver(
  start: () => Promise<World | MySqlWorld>,
  reader: (world: World | MySqlWorld) => (user: string) => Promise<readonly object[]>,
): void {
  let world: World | MySqlWorld;
  /** What the server keeps of a user; nothing of one that is not there. */
  let keptOf: (user: string) => Promise<readonly object[]>;
  beforeAll(async () => {
    world = await start();
    keptOf = reader(world);
  });
  afterAll(() => world?.stop());
  beforeEach(() => world.reset());

  let count = 0;

  /** As a developer or a DBA makes it. */
  async function userByHand(): Promise<string> {
    const user = `legacy_${count++}`;
    await world.createUser(user, "Owner-1");
    return user;
  }

  const alternating = (user: string) => ({ "rotation:user": user, "rotation:strategy": "alternating-users" });

  /** Without password, as before a first rotation. */
  const valueFor = (user: string) => ({ ...world.connection(user), masterarn: world.superuserArn });

  async function refuses(arn: string, message: RegExp | string): Promise<Error> {
    world.secrets.abandonRotation(arn);
    const failure: Error = await world.rotate(arn).catch((error) => error);
    expect(failure).toBeInstanceOf(RefusedError);
    expect(failure.message).toMatch(message);
    return failure;
  }

  test("a value that names the declared user's alternate makes no user, and the declared user stays as it is", async () => {
    const user = await userByHand();
    const before = await keptOf(user);
    const arn = world.secrets.create(valueFor(`${user}_clone`), alternating(user));
    for (let rotation = 0; rotation < 2; rotation++) {
      await refuses(
        arn,
        `names the user "${user}_clone"; a secret without password may only create the user that its tag`,
      );
    }
    expect(await keptOf(user)).toEqual(before);
    expect(await keptOf(`${user}_clone`)).toEqual([]);
    expect(await world.logsIn(user, "Owner-1")).toBe(true);
  });

  test("who may only put values gets no user after a refused first rotation either", async () => {
    const user = await userByHand();
    const before = await keptOf(user);
    const arn = world.secrets.create(valueFor(user), alternating(user));
    await refuses(arn, `The user "${user}" already exists`);
    for (const put of [valueFor(`${user}_clone`), { ...valueFor(`${user}_clone`), password: "Mine-1" }]) {
      world.secrets.put(arn, put);
      for (let rotation = 0; rotation < 2; rotation++) {
        world.secrets.abandonRotation(arn);
        await expect(world.rotate(arn)).rejects.toThrow(/may only create the user|refused AWSCURRENT/);
      }
    }
    expect(await keptOf(user)).toEqual(before);
    expect(await keptOf(`${user}_clone`)).toEqual([]);
  });

  test("a secret without the tag rotation:user makes no user", async () => {
    const arn = world.secrets.create(valueFor("undeclared"));
    await refuses(arn, "that its tag rotation:user declares, and it has none");
    expect(await keptOf("undeclared")).toEqual([]);
  });

  test.each(["none", "the password of"])(
    "a second secret for a single user of another is refused, with %s that user",
    async (knowledge) => {
      const user = `reporting_${count++}`;
      const first = world.secrets.create(world.connection(user), {
        "rotation:user": user,
        "rotation:strategy": "single-user",
      });
      const { password } = await world.rotate(first);
      const before = await keptOf(user);
      const second =
        knowledge === "none"
          ? world.secrets.create(valueFor(`${user}_clone`), alternating(user))
          : world.secrets.create({ ...valueFor(user), password }, alternating(user));
      const message =
        knowledge === "none" ? /may only create/ : /may set the password of .*which is another secret's/;
      for (let rotation = 0; rotation < 2; rotation++) await refuses(second, message);
      expect(await keptOf(user)).toEqual(before);
      expect(await keptOf(`${user}_clone`)).toEqual([]);
      await world.rotate(first);
      expect(await world.currentLogsIn(first)).toBe(true);
    },
  );

  test("the users that take turns for one secret are no other's, who knows the password of either", async () => {
    const user = `shared_${count++}`;
    const first = world.secrets.create(valueFor(user), alternating(user));
    for (let rotation = 0; rotation < 2; rotation++) await world.rotate(first);
    const values = ["AWSCURRENT", "AWSPREVIOUS"].map((stage) => world.secrets.at(first, stage));
    for (const value of [...values, ...values.toReversed()]) {
      const second = world.secrets.create(values[0] ?? {}, { "rotation:strategy": "alternating-users" });
      world.secrets.put(second, value);
      await refuses(second, /which is another secret's/);
    }
    await world.rotate(first);
    expect(await world.currentLogsIn(first)).toBe(true);
  });

  test("an alternate that somebody made beforehand is refused before the declared user is made", async () => {
    const clone = await userByHand().then(async (user) => {
      await world.createUser(`${user}0_clone`, "Owner-1");
      return `${user}0_clone`;
    });
    const user = clone.replace("_clone", "");
    const arn = world.secrets.create(valueFor(user), alternating(user));
    await refuses(arn, `may set the password of "${clone}"`);
    expect(await keptOf(user)).toEqual([]);
    // Nor does it become the secret's after a turn as single user.
    world.secrets.secret(arn).tags.set("rotation:strategy", "single-user");
    world.secrets.abandonRotation(arn);
    await world.rotate(arn);
    world.secrets.secret(arn).tags.set("rotation:strategy", "alternating-users");
    await refuses(arn, `may set the password of "${clone}"`);
    expect(await world.logsIn(clone, "Owner-1")).toBe(true);
  });

  test("the tag rotation:user hands nobody over: an alternate made by hand is refused until the command in the error does", async () => {
    const user = await userByHand();
    await world.createUser(`${user}_clone`, "Owner-2");
    const arn = world.secrets.create({ ...valueFor(user), password: "Owner-1" }, alternating(user));
    const failure = await refuses(arn, `may set the password of "${user}_clone"`);
    expect(await world.logsIn(`${user}_clone`, "Owner-2")).toBe(true);
    await world.obey(failure);
    world.secrets.abandonRotation(arn);
    for (let rotation = 0; rotation < 3; rotation++) await world.rotate(arn);
    expect(await world.currentLogsIn(arn)).toBe(true);
  });

  test("users of another secret are handed over by the command in the error, and are the other's no more", async () => {
    const user = `moved_${count++}`;
    const former = world.secrets.create(valueFor(user), alternating(user));
    for (let rotation = 0; rotation < 2; rotation++) await world.rotate(former);
    const next = world.secrets.create(world.secrets.at(former, "AWSCURRENT"), alternating(user));
    await world.obey(await refuses(next, /which is another secret's/));
    world.secrets.abandonRotation(next);
    for (let rotation = 0; rotation < 2; rotation++) await world.rotate(next);
    expect(await world.currentLogsIn(next)).toBe(true);
    world.secrets.put(former, world.secrets.at(next, "AWSCURRENT"));
    await refuses(former, /which is another secret's/);
  });

  test("an IAM user that somebody made is refused before anything is made, if it logs in without IAM", async () => {
    const [user, iam] = [`plain_${count++}`, await userByHand()];
    const before = await keptOf(iam);
    const arn = world.secrets.create(valueFor(user), { ...alternating(user), "rotation:iam-user": iam });
    await refuses(arn, `names "${iam}", which exists, was not made for this secret and logs in`);
    expect(await keptOf(iam)).toEqual(before);
    expect(await keptOf(user)).toEqual([]);
  });

  test("a masterarn that is not the function's whole ARN is refused before AWSPENDING is written", async () => {
    const user = `master_${count++}`;
    const masterarn = world.superuserArn.replace(/-\w{6}$/, "");
    const arn = world.secrets.create({ ...valueFor(user), masterarn }, alternating(user));
    await refuses(arn, "six characters at its end");
    expect(world.secrets.at(arn, "AWSPENDING")).toEqual({});
  });
}
