import { RefusedError } from "../../../../../lambda/rotation/support/errors";
import { onEachServer } from "../../support/mysql-servers";
import { MySqlWorld } from "../../support/mysql-world";

/** From here nobody logs in. */
const ELSEWHERE = "127.0.0.9";

onEachServer((server) => {
  let world: MySqlWorld;
  beforeAll(async () => {
    world = await MySqlWorld.start(server);
  });
  afterAll(() => world?.stop());
  beforeEach(() => world.reset());

  let count = 0;
  const newUser = () => `several_${count++}`;

  const hostsOf = async (user: string): Promise<unknown[]> => {
    const accounts = await world.database.asAdmin(
      `SELECT Host AS host FROM mysql.user WHERE User = '${user}' ORDER BY Host`,
    );
    return accounts.map(({ host }) => host);
  };

  /** What the server keeps of a password. */
  async function hashAt(user: string, host: string): Promise<unknown> {
    const [account] = await world.database.asAdmin(
      `SELECT authentication_string AS hash FROM mysql.user WHERE User = '${user}' AND Host = '${host}'`,
    );
    return account?.hash;
  }

  describe("single-user", () => {
    async function withTwoAccounts(): Promise<{ arn: string; user: string }> {
      const user = newUser();
      await world.createUser(user, "known");
      await world.createUser(user, "theirs", ELSEWHERE);
      return { user, arn: world.secrets.create({ ...world.connection(user), password: "known" }) };
    }

    test("a user with another account is refused before anything is written, until that is gone", async () => {
      const { arn, user } = await withTwoAccounts();
      const token = world.secrets.startRotation(arn);
      const failure = world.steps(arn, token);
      await expect(failure).rejects.toBeInstanceOf(RefusedError);
      await expect(failure).rejects.toThrow(
        `"${user}" has 2 accounts, for the hosts "%", "${ELSEWHERE}"; the strategy single-user changes the password of one`,
      );
      expect(world.secrets.at(arn, "AWSPENDING")).toEqual({});
      expect(await world.logsIn(user, "known")).toBe(true);
      await world.database.asAdmin(`DROP USER ${user}@'${ELSEWHERE}'`);
      await world.steps(arn, token);
      expect(await world.currentLogsIn(arn)).toBe(true);
    });

    test("without a superuser it is rotated, with a warning that the others are not", async () => {
      const { arn, user } = await withTwoAccounts();
      delete world.environment.SUPERUSER_SECRET_ARN;
      const theirs = await hashAt(user, ELSEWHERE);
      world.logLines.length = 0;
      await world.rotate(arn);
      expect(await world.currentLogsIn(arn)).toBe(true);
      expect(await hashAt(user, ELSEWHERE)).toBe(theirs);
      expect(world.logLines.join("\n")).toMatch(
        /"level":"warn".*"only the account that the user logs in as gets a new password"/,
      );
    });

    test("a superuser that cannot log in ends the first rotation before anything is written", async () => {
      const user = newUser();
      await world.createUser(user, "known");
      const arn = world.secrets.create({ ...world.connection(user), password: "known" });
      world.environment.SUPERUSER_SECRET_ARN = world.secrets.create({
        username: "superuser",
        password: "no",
      });
      await expect(world.rotate(arn)).rejects.toThrow(/refused the superuser "superuser"/);
      expect(world.secrets.at(arn, "AWSPENDING")).toEqual({});
    });
  });

  describe("alternating-users", () => {
    async function alternatingSecret(): Promise<{ arn: string; user: string }> {
      const user = newUser();
      await world.createUser(user, "known");
      const secret = { ...world.connection(user), password: "known", masterarn: world.superuserArn };
      return { user, arn: world.secrets.create(secret) };
    }

    /** As an administrator makes one, with more than the application has. */
    async function createStranger(user: string): Promise<void> {
      await world.createUser(user, "theirs", ELSEWHERE);
      await world.database.asAdmin(`GRANT CREATE USER ON *.* TO ${user}@'${ELSEWHERE}'`);
    }

    /** Everything that the server keeps of a user and its twin. */
    async function accountsOf(user: string): Promise<unknown> {
      const accounts = await world.database.asAdmin(
        `SELECT * FROM mysql.user WHERE User IN ('${user}', '${user}_clone') ORDER BY User, Host`,
      );
      const grants = accounts.map(({ User, Host }) =>
        world.database.asAdmin(`SHOW GRANTS FOR '${User}'@'${Host}'`),
      );
      return [accounts, await Promise.all(grants)];
    }

    test("somebody else's account of the user's name is refused before anything changes, until it is gone", async () => {
      const { arn, user } = await alternatingSecret();
      await createStranger(user);
      const before = await accountsOf(user);
      const failure = world.rotate(arn);
      await expect(failure).rejects.toBeInstanceOf(RefusedError);
      await expect(failure).rejects.toThrow(
        `nothing shows that this secret may set the password of "${user}" for the hosts "${ELSEWHERE}". Tried`,
      );
      expect(await accountsOf(user)).toEqual(before);
      await world.database.asAdmin(`DROP USER ${user}@'${ELSEWHERE}'`);
      world.secrets.abandonRotation(arn);
      for (let rotation = 0; rotation < 2; rotation++) await world.rotate(arn);
      expect(await world.currentLogsIn(arn)).toBe(true);
    });

    test.each([1, 2])(
      "one that somebody makes after %s turns is refused too, and AWSCURRENT stays",
      async (turns) => {
        const { arn, user } = await alternatingSecret();
        for (let rotation = 0; rotation < turns; rotation++) await world.rotate(arn);
        await createStranger(user);
        const before = await accountsOf(user);
        await expect(world.rotate(arn)).rejects.toBeInstanceOf(RefusedError);
        expect(await accountsOf(user)).toEqual(before);
        expect(await world.currentLogsIn(arn)).toBe(true);
      },
    );

    test("one of the twin's name is refused even where the user is declared", async () => {
      const { arn, user } = await alternatingSecret();
      world.secrets.secret(arn).tags.set("rotation:user", user);
      await createStranger(`${user}_clone`);
      const before = await accountsOf(user);
      await expect(world.rotate(arn)).rejects.toThrow(`"${user}_clone" for the hosts "${ELSEWHERE}"`);
      expect(await accountsOf(user)).toEqual(before);
    });

    test("accounts of both users that the commands in the error hand over get the secret's passwords from then on", async () => {
      const { arn, user } = await alternatingSecret();
      for (const name of [user, `${user}_clone`]) await world.createUser(name, "theirs", ELSEWHERE);
      await world.database.asAdmin(`GRANT DELETE ON app.* TO ${user}@'${ELSEWHERE}'`);
      await world.obey(await world.rotate(arn).catch((error) => error));
      for (const name of [`${user}_clone`, user, `${user}_clone`]) {
        world.secrets.abandonRotation(arn);
        const theirs = await hashAt(name, ELSEWHERE);
        await world.rotate(arn);
        expect(await world.currentLogsIn(arn)).toBe(true);
        expect(await hashAt(name, ELSEWHERE)).not.toEqual(theirs);
      }
      for (const [host, deletes] of [
        ["%", false],
        [ELSEWHERE, true],
      ] as const) {
        const grants = await world.database.asAdmin(`SHOW GRANTS FOR ${user}_clone@'${host}'`);
        expect(JSON.stringify(grants).includes("DELETE")).toBe(deletes);
      }
    });

    test("an account that appears once the pair is recorded gets no twin", async () => {
      const user = newUser();
      for (const name of [user, `${user}_clone`]) await world.createUser(name, "known");
      const { superuser, port } = world.database;
      const connection = await world.connect(superuser.username, superuser.password);
      let appears: (() => Promise<void>) | undefined;
      const engine = server.engine({
        connect: async () => ({
          ...connection,
          run: async (intent, sql) => {
            if (intent === `record the origin of "${user}"`) appears = () => createStranger(user);
            else if (appears !== undefined) {
              const happen = appears;
              appears = undefined;
              await happen();
            }
            return await connection.run(intent, sql);
          },
        }),
      });
      const login = await engine.login({ host: "localhost", port, database: "", tls: true }, superuser);
      if ("refused" in login) throw new Error(login.refused);
      const { session } = login;
      await session.alignPair({ user, alternate: `${user}_clone`, origin: "arn" });
      expect(await hostsOf(user)).toHaveLength(2);
      expect(await hostsOf(`${user}_clone`)).toEqual(["%"]);
      await session.close();
    });
  });

  describe("bootstrap", () => {
    /** A bootstrap that was given up, and then somebody's own account of that name. */
    async function abandoned(strategy: string): Promise<{ arn: string; user: string }> {
      const user = newUser();
      const arn = world.secrets.create(world.connection(user), {
        "rotation:user": user,
        "rotation:strategy": strategy,
      });
      const token = world.secrets.startRotation(arn);
      await world.step(arn, token, "createSecret");
      await world.step(arn, token, "setSecret");
      world.secrets.abandonRotation(arn);
      await world.createUser(user, "theirs", ELSEWHERE);
      return { arn, user };
    }

    test("an account that somebody else made is not taken over, until the command in the error hands it over", async () => {
      const { arn, user } = await abandoned("alternating-users");
      const theirs = await hashAt(user, ELSEWHERE);
      const failure: Error = await world.rotate(arn).catch((error) => error);
      expect(failure).toBeInstanceOf(RefusedError);
      expect(await hashAt(user, ELSEWHERE)).toBe(theirs);
      await world.obey(failure);
      world.secrets.abandonRotation(arn);
      await world.rotate(arn);
      expect(await world.currentLogsIn(arn)).toBe(true);
      expect(await hashAt(user, ELSEWHERE)).not.toBe(theirs);
    });

    test("a single user with another account is refused", async () => {
      const { arn, user } = await abandoned("single-user");
      const theirs = await hashAt(user, ELSEWHERE);
      await expect(world.rotate(arn)).rejects.toThrow(`"${user}" has 2 accounts`);
      expect(await hashAt(user, ELSEWHERE)).toBe(theirs);
    });
  });

  test("an alternate's account for a host that its user got later is its secret's own from the first moment", async () => {
    const user = newUser();
    await world.createUser(user, "known");
    await world.createUser(`${user}_clone`, "known");
    await world.createUser(user, "known", ELSEWHERE);
    const { superuser, port } = world.database;
    const login = await world.engine.login({ host: "localhost", port, database: "", tls: true }, superuser);
    if ("refused" in login) throw new Error(login.refused);
    const { session } = login;
    await session.alignPair({ user, alternate: `${user}_clone`, origin: "arn" });
    expect(await hostsOf(`${user}_clone`)).toEqual(["%", ELSEWHERE]);
    expect(await session.findForeignUser(`${user}_clone`, "arn")).toBeUndefined();
    await session.close();
  });
});
