import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { onEachMySql } from "../../support/mysql-servers";
import { MySqlWorld } from "../../support/mysql-world";
import { STEPS } from "../../support/rotation-world";

onEachMySql((server) => {
  let world: MySqlWorld;
  beforeAll(async () => {
    world = await MySqlWorld.start(server);
  });
  afterAll(() => world?.stop());
  beforeEach(() => world.reset());

  let count = 0;

  /** A single user that may keep an old password, as a bootstrap makes it. */
  async function bootstrapped(tags: Record<string, string> = {}): Promise<{ arn: string; user: string }> {
    const user = `dual_${count++}`;
    const arn = world.secrets.create(world.connection(user), { "rotation:user": user, ...tags });
    await world.rotate(arn);
    return { arn, user };
  }

  /** Logs in again and again until it is stopped, which gives the number of failures. */
  function keepLoggingIn(username = "", password = "") {
    let stopped = false;
    let [attempts, failures] = [0, 0];
    const loop = (async () => {
      while (!stopped) {
        if (!(await world.logsIn(username, password))) failures++;
        attempts++;
      }
    })();
    return {
      /** Returns once a login that began after this call has ended. */
      async another(): Promise<void> {
        const seen = attempts;
        while (attempts < seen + 2) await pause(1);
      },
      async stop(): Promise<number> {
        stopped = true;
        await loop;
        return failures;
      },
    };
  }

  test("single-user: logins with the old password never fail until the next rotation sets another", async () => {
    const { arn } = await bootstrapped();
    for (let rotation = 0; rotation < 2; rotation++) {
      const old = world.secrets.at(arn, "AWSCURRENT");
      const logins = keepLoggingIn(old.username, old.password);
      const token = world.secrets.startRotation(arn);
      for (const step of STEPS) {
        await world.step(arn, token, step);
        await logins.another();
      }
      world.secrets.completeRotation(arn);
      const next = world.secrets.startRotation(arn);
      await world.step(arn, next, "createSecret");
      await logins.another();
      expect(await logins.stop()).toBe(0);
      expect(await world.currentLogsIn(arn)).toBe(true);

      await world.steps(arn, next);
      expect(await world.logsIn(old.username, old.password)).toBe(false);
    }
  });

  test("single-user: each step can run twice, and the old password still logs in", async () => {
    const { arn } = await bootstrapped();
    const old = world.secrets.at(arn, "AWSCURRENT");
    const token = world.secrets.startRotation(arn);
    for (const step of STEPS) {
      await world.step(arn, token, step);
      await world.step(arn, token, step);
    }
    expect(await world.logsIn(old.username, old.password)).toBe(true);
    expect(await world.currentLogsIn(arn)).toBe(true);
  });

  test.each(["setSecret", "testSecret"] as const)(
    "single-user: abandoned after %s, AWSCURRENT and what follows it log in",
    async (last) => {
      const { arn } = await bootstrapped();
      const token = world.secrets.startRotation(arn);
      for (const step of STEPS.slice(0, STEPS.indexOf(last) + 1)) await world.step(arn, token, step);
      world.secrets.abandonRotation(arn);
      expect(await world.currentLogsIn(arn)).toBe(true);
      for (let rotation = 0; rotation < 2; rotation++) {
        const old = world.secrets.at(arn, "AWSCURRENT");
        await world.rotate(arn);
        expect(await world.currentLogsIn(arn)).toBe(true);
        expect(await world.logsIn(old.username, old.password)).toBe(true);
      }
    },
  );

  test("an account with PASSWORD REQUIRE CURRENT is given the current one", async () => {
    const { arn, user } = await bootstrapped();
    await world.database.asAdmin(`ALTER USER ${user}@'%' PASSWORD REQUIRE CURRENT`);
    const old = world.secrets.at(arn, "AWSCURRENT");
    await world.rotate(arn);
    expect(await world.currentLogsIn(arn)).toBe(true);
    expect(await world.logsIn(old.username, old.password)).toBe(true);
  });

  test("without APPLICATION_PASSWORD_ADMIN the old password ends", async () => {
    const { arn, user } = await bootstrapped();
    await world.database.asAdmin(`REVOKE APPLICATION_PASSWORD_ADMIN ON *.* FROM ${user}@'%'`);
    const old = world.secrets.at(arn, "AWSCURRENT");
    await world.rotate(arn);
    expect(await world.currentLogsIn(arn)).toBe(true);
    expect(await world.logsIn(old.username, old.password)).toBe(false);
  });

  test("without it and with PASSWORD REQUIRE CURRENT the password is replaced all the same", async () => {
    const user = `plain_${count++}`;
    await world.createUser(user, "known");
    await world.database.asAdmin(`ALTER USER ${user}@'%' PASSWORD REQUIRE CURRENT`);
    const arn = world.secrets.create({ ...world.connection(user), password: "known" });
    await world.rotate(arn);
    expect(await world.currentLogsIn(arn)).toBe(true);
  });

  test("once a user alternates, the password that its time as a single user kept ends with its turn", async () => {
    const { arn, user } = await bootstrapped();
    const kept = world.secrets.at(arn, "AWSCURRENT");
    await world.rotate(arn);
    expect(await world.logsIn(user, kept.password)).toBe(true);
    world.secrets.secret(arn).tags.set("rotation:strategy", "alternating-users");
    await world.rotate(arn);
    const { username } = await world.rotate(arn);
    expect(username).toBe(user);
    expect(await world.currentLogsIn(arn)).toBe(true);
    expect(await world.logsIn(user, kept.password)).toBe(false);
  });

  test("a user of mysql_native_password keeps its plugin, and its old password", async () => {
    const [native] = await world.database.asAdmin(
      "SELECT 1 FROM information_schema.PLUGINS WHERE PLUGIN_NAME = 'mysql_native_password' AND PLUGIN_STATUS = 'ACTIVE'",
    );
    if (native === undefined) {
      console.log(`${server.name} has no mysql_native_password (MySQL 8.4 and later); MySQL 8.0 has`);
      return;
    }
    const { arn, user } = await bootstrapped();
    const old = world.secrets.at(arn, "AWSCURRENT");
    await world.database.asAdmin(
      `ALTER USER ${user}@'%' IDENTIFIED WITH mysql_native_password BY '${old.password?.replaceAll("'", "''")}'`,
    );
    await world.rotate(arn);
    expect(await world.currentLogsIn(arn)).toBe(true);
    expect(await world.logsIn(user, old.password)).toBe(true);
    const [account] = await world.database.asAdmin(`SELECT plugin FROM mysql.user WHERE User = '${user}'`);
    expect(account?.plugin).toBe("mysql_native_password");
  });

  test("partial revokes of the user are those of its twin", async () => {
    const user = `partial_${count++}`;
    const password = randomBytes(12).toString("base64url");
    await world.createUser(user, password);
    await world.database.asAdmin(
      "SET GLOBAL partial_revokes = ON",
      "CREATE DATABASE IF NOT EXISTS `a_b`",
      `GRANT SELECT ON *.* TO ${user}@'%'`,
      `REVOKE SELECT ON \`a_b\`.* FROM ${user}@'%'`,
    );
    const arn = world.secrets.create(
      { ...world.connection(user), password, masterarn: world.superuserArn },
      { "rotation:grants": "INSERT:tables:a_b" },
    );
    for (let rotation = 0; rotation < 2; rotation++) await world.rotate(arn);
    for (const name of [user, `${user}_clone`]) {
      const rows = await world.database.asAdmin(`SHOW GRANTS FOR ${name}@'%'`);
      const grants = rows.map((row) => String(Object.values(row)[0])).join("\n");
      expect(grants).toContain("REVOKE SELECT ON `a_b`.*");
      expect(grants).toContain("GRANT INSERT ON `a_b`.*");
    }
  });

  test("an account that the server blocks after failed logins says how to unblock it", async () => {
    await world.database.asAdmin(
      "CREATE USER blocked@'%' IDENTIFIED BY 'known' FAILED_LOGIN_ATTEMPTS 1 PASSWORD_LOCK_TIME 1",
    );
    expect(await world.logsIn("blocked", "wrong")).toBe(false);
    await expect(world.connect("blocked", "known")).rejects.toThrow(/blocks this user .*ACCOUNT UNLOCK/);
  });

  test("an expired password is told from a wrong one", async () => {
    await world.database.asAdmin("CREATE USER expired@'%' IDENTIFIED BY 'known' PASSWORD EXPIRE");
    await expect(world.connect("expired", "known")).rejects.toThrow(/it has expired .*PASSWORD EXPIRE NEVER/);
  });

  test("no password is in our log, in an error or in the server's general log", async () => {
    expect(await world.leaks()).toEqual([]);
  });
});
