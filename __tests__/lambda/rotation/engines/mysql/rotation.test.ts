import {
  DatabaseCommandError,
  LoginRefusedError,
  RefusedError,
} from "../../../../../lambda/rotation/support/errors";
import { onEachServer } from "../../support/mysql-servers";
import { MySqlWorld } from "../../support/mysql-world";
import { STEPS } from "../../support/rotation-world";
import { superuserKeepsTls } from "../../support/superuser-keeps-tls";

onEachServer((server) => {
  let world: MySqlWorld;
  beforeAll(async () => {
    world = await MySqlWorld.start(server);
    await world.asSuperuser(
      "CREATE TABLE app.orders (id INT, secret INT)",
      "CREATE DATABASE `my_shop`",
      "CREATE DATABASE myxshop",
      "CREATE ROLE readers",
      "CREATE ROLE auditors",
      "GRANT SELECT ON app.* TO readers",
      "CREATE PROCEDURE app.hello() SELECT 1",
    );
  });
  afterAll(() => world?.stop());
  beforeEach(() => world.reset());

  let count = 0;

  async function grantsOf(user: string, host = "%"): Promise<string[]> {
    const rows = await world.database.asAdmin(`SHOW GRANTS FOR \`${user}\`@'${host}'`);
    return rows.map((row) => String(Object.values(row)[0]));
  }

  async function settingsOf(user: string): Promise<object> {
    const [account] = await world.database.asAdmin(
      `SELECT ssl_type AS tls, max_user_connections AS connections FROM mysql.user WHERE User = '${user}'`,
    );
    const roles = await world.database.asAdmin(
      server.isMariaDb
        ? `SELECT default_role AS role FROM mysql.user WHERE User = '${user}'`
        : `SELECT DEFAULT_ROLE_USER AS role FROM mysql.default_roles WHERE USER = '${user}' ORDER BY 1`,
    );
    return { ...account, roles: roles.map(({ role }) => role) };
  }

  describe("single-user", () => {
    test("three rotations in a row each leave a new password that logs in, and an old one that does not", async () => {
      const { arn } = await world.workingSecret();
      for (let rotation = 0; rotation < 3; rotation++) {
        const { username, password: old } = world.secrets.at(arn, "AWSCURRENT");
        const { password } = await world.rotate(arn);
        expect(await world.logsIn(username, password)).toBe(true);
        expect(await world.logsIn(username, old)).toBe(false);
      }
    });

    test("a rotation after the first takes eleven calls, and the superuser secret is not read", async () => {
      const { arn } = await world.workingSecret();
      await world.rotate(arn);
      expect(await world.callsOfRotation(arn)).toEqual([
        ...["describe", "getValue AWSCURRENT", "putPending"],
        ...["describe", "getValue AWSPENDING", "getValue AWSCURRENT"],
        ...["describe", "getValue AWSPENDING"],
        ...["describe", "getValue AWSPENDING", "moveCurrent"],
      ]);
    });

    test("AWSPREVIOUS sets the password after the database was restored to an earlier time", async () => {
      const { arn, user } = await world.workingSecret();
      await world.rotate(arn);
      await world.setPassword(user, world.secrets.at(arn, "AWSPREVIOUS").password ?? "");
      await world.rotate(arn);
      expect(await world.currentLogsIn(arn)).toBe(true);
    });

    test("when no password is right the error has the command that sets one", async () => {
      const { arn, user } = await world.workingSecret();
      await world.setPassword(user, "set-by-somebody-else");
      const failure = world.rotate(arn);
      await expect(failure).rejects.toBeInstanceOf(LoginRefusedError);
      await expect(failure).rejects.toThrow(
        "AWSCURRENT: refused [ER_ACCESS_DENIED_ERROR]; AWSPREVIOUS: there is none; AWSPENDING again: refused " +
          "[ER_ACCESS_DENIED_ERROR]. Something else set this user's password, or ended its logins (an expiry, IAM " +
          "authentication). Set it, as a superuser, to the one in AWSCURRENT " +
          `(ALTER USER '${user}'@'%' IDENTIFIED BY '...')`,
      );
    });
  });

  test.each(["single-user", "alternating-users"])(
    "a session of any user that holds the lock is waited for and warned of, and stops nothing (%s)",
    async (strategy) => {
      const { arn, user } = await world.workingSecret({ "rotation:strategy": strategy });
      await world.createUser(`nobody_${user}`, "known");
      const holder = await world.connect(`nobody_${user}`, "known");
      await holder.run("hold the lock", "SELECT GET_LOCK('secret-rotation', 1)");
      world.logLines.length = 0;
      await world.rotate(arn);
      await holder.close();
      expect(await world.currentLogsIn(arn)).toBe(true);
      expect(world.logLines.join("\n")).toMatch(/"level":"warn".*waited in vain.*IS_USED_LOCK/);
    },
  );

  test("a session of the same user, as another run of the function is, is not overtaken", async () => {
    const { arn, user } = await world.workingSecret({ "rotation:strategy": "single-user" });
    const holder = await world.connect(user, world.secrets.at(arn, "AWSCURRENT").password ?? "");
    await holder.run("hold the lock", "SELECT GET_LOCK('secret-rotation', 1)");
    await expect(world.rotate(arn)).rejects.toThrow(
      /at work in this database for more than 5 s.*IS_USED_LOCK/,
    );
    await holder.close();
    expect(await world.currentLogsIn(arn)).toBe(true);
  });

  describe("alternating-users", () => {
    test("four rotations in a row take turns, and AWSCURRENT logs in after every step", async () => {
      const { arn, user } = await world.alternatingSecret();
      const users: (string | undefined)[] = [];
      for (let rotation = 0; rotation < 4; rotation++) {
        const token = world.secrets.startRotation(arn);
        for (const step of STEPS) {
          await world.step(arn, token, step);
          await world.step(arn, token, step);
          expect(await world.currentLogsIn(arn)).toBe(true);
        }
        world.secrets.completeRotation(arn);
        users.push(world.secrets.at(arn, "AWSCURRENT").username);
      }
      expect(users).toEqual([`${user}_clone`, user, `${user}_clone`, user]);
    });

    test("a rotation takes twelve calls", async () => {
      const { arn } = await world.alternatingSecret();
      expect(await world.callsOfRotation(arn)).toHaveLength(12);
    });

    test("grants with their options, columns and routines, roles, default role, TLS and limits are carried over", async () => {
      const { arn, user } = await world.alternatingSecret();
      await world.asSuperuser(
        `GRANT SELECT, INSERT ON \`my\\_shop\`.* TO ${user}@'%' WITH GRANT OPTION`,
        `GRANT SELECT (id), UPDATE (id) ON app.orders TO ${user}@'%'`,
        `GRANT EXECUTE ON PROCEDURE app.hello TO ${user}@'%'`,
        `GRANT PROCESS ON *.* TO ${user}@'%'`,
        `GRANT readers TO ${user}@'%' WITH ADMIN OPTION`,
        `GRANT auditors TO ${user}@'%'`,
        server.isMariaDb
          ? `SET DEFAULT ROLE readers FOR ${user}@'%'`
          : `ALTER USER ${user}@'%' DEFAULT ROLE readers, auditors`,
        `ALTER USER ${user}@'%' REQUIRE SUBJECT '/CN=it''s' WITH MAX_USER_CONNECTIONS 17`,
        `ALTER USER ${user}@'%' REQUIRE SSL${server.isMariaDb ? " WITH MAX_STATEMENT_TIME 2.5" : ""}`,
      );
      await world.rotate(arn);
      const comparable = (lines: string[]) =>
        lines
          .map((line) => line.replace(/`user_\d+(_clone)?`/, "USER").replace(/PASSWORD '\S+'/, "PASSWORD"))
          .filter((line) => !line.includes("rotation_"))
          .sort();
      expect(comparable(await grantsOf(`${user}_clone`))).toEqual(comparable(await grantsOf(user)));
      expect(comparable(await grantsOf(user)).join()).toMatch(/WITH GRANT OPTION.*WITH ADMIN OPTION/);
      expect(await settingsOf(`${user}_clone`)).toEqual({
        tls: "ANY",
        connections: 17,
        roles: server.isMariaDb ? ["readers"] : ["auditors", "readers"],
      });
    });

    test("a twin that must use TLS need not any more when the user in use need not", async () => {
      const { arn, user } = await world.alternatingSecret();
      await world.rotate(arn);
      await world.database.asAdmin(`ALTER USER ${user}@'%' REQUIRE SSL`);
      await world.rotate(arn);
      expect(await settingsOf(user)).toMatchObject({ tls: "" });
    });

    test("what was taken from the user in use does not come back with its twin", async () => {
      const { arn, user } = await world.alternatingSecret();
      await world.rotate(arn);
      await world.database.asAdmin(
        `REVOKE INSERT ON app.* FROM ${user}_clone@'%'`,
        `GRANT DELETE ON app.* TO ${user}_clone@'%'`,
      );
      await world.rotate(arn);
      expect((await grantsOf(user)).join()).toContain("GRANT SELECT, DELETE ON `app`.*");
    });

    test("each host part of the user has its counterpart, with the same password", async () => {
      const { arn, user } = await world.alternatingSecret();
      await world.database.asAdmin(
        `CREATE USER ${user}@'127.0.0.1' IDENTIFIED BY 'another'`,
        `GRANT DELETE ON my_shop.* TO ${user}@'127.0.0.1'`,
      );
      const { password } = world.secrets.at(arn, "AWSCURRENT");
      await world.database.asAdmin(`ALTER USER ${user}@'127.0.0.1' IDENTIFIED BY '${password}'`);
      await world.obey(await world.rotate(arn).catch((error) => error));
      world.secrets.abandonRotation(arn);
      await world.rotate(arn);
      const rows = await world.database.asAdmin(
        `SELECT Host FROM mysql.user WHERE User = '${user}_clone' ORDER BY Host`,
      );
      expect(rows.map(({ Host }) => Host)).toEqual(["%", "127.0.0.1"]);
      expect((await grantsOf(`${user}_clone`, "127.0.0.1")).join()).toContain("GRANT DELETE ON `my_shop`.*");
      // The server takes the narrower one; then the other.
      expect(await world.currentLogsIn(arn)).toBe(true);
      await world.database.asAdmin(`DROP USER ${user}_clone@'127.0.0.1'`);
      expect(await world.currentLogsIn(arn)).toBe(true);
    });

    test("a host part that the user got later is given to its twin", async () => {
      const { arn, user } = await world.alternatingSecret();
      await world.rotate(arn);
      await world.rotate(arn);
      const { password } = world.secrets.at(arn, "AWSCURRENT");
      await world.database.asAdmin(`CREATE USER ${user}@'127.0.0.1' IDENTIFIED BY '${password}'`);
      await world.rotate(arn);
      expect(
        await world.database.asAdmin(
          `SELECT Host FROM mysql.user WHERE User = '${user}_clone' ORDER BY Host`,
        ),
      ).toMatchObject([{ Host: "%" }, { Host: "127.0.0.1" }]);
      for (let rotation = 0; rotation < 2; rotation++) {
        expect(await world.currentLogsIn(arn)).toBe(true);
        await world.rotate(arn);
      }
    });

    test.each([
      ["X509", "X509"],
      ["CIPHER 'TLS_AES_256_GCM_SHA384' AND ISSUER '/CN=it''s' AND SUBJECT '/CN=app'", "SPECIFIED"],
    ])("a TLS requirement of %s is carried over", async (requirement, type) => {
      const { user } = await world.alternatingSecret();
      await world.createUser(`${user}_clone`, "another");
      await world.database.asAdmin(`ALTER USER ${user}@'%' REQUIRE ${requirement}`);
      const { superuser, port } = world.database;
      const login = await world.engine.login({ host: "localhost", port, database: "", tls: true }, superuser);
      if ("refused" in login) throw new Error(login.refused);
      const pair = { user, alternate: `${user}_clone`, origin: "arn" };
      await login.session.transaction(() => login.session.alignPair(pair));
      await login.session.close();
      const rows = await world.database.asAdmin(
        `SELECT ssl_type, CAST(ssl_cipher AS CHAR) AS cipher, CAST(x509_issuer AS CHAR) AS issuer,
                CAST(x509_subject AS CHAR) AS subject FROM mysql.user WHERE User LIKE '${user}%'`,
      );
      expect(rows).toHaveLength(2);
      expect(rows[0]).toMatchObject({ ssl_type: type });
      expect(rows[1]).toEqual(rows[0]);
    });

    test("a user that only has a host part other than % keeps it", async () => {
      const user = `local_${count++}`;
      await world.createUser(user, "known", "127.0.0.%");
      const arn = world.secrets.create({
        ...world.connection(user),
        password: "known",
        masterarn: world.superuserArn,
      });
      await world.rotate(arn);
      expect(
        await world.database.asAdmin(`SELECT Host FROM mysql.user WHERE User = '${user}_clone'`),
      ).toMatchObject([{ Host: "127.0.0.%" }]);
      expect(await world.currentLogsIn(arn)).toBe(true);
    });

    /** As AWS's function leaves it: AWSCURRENT and AWSPREVIOUS have the passwords of the two. */
    async function pairOfAws(): Promise<{ arn: string; user: string }> {
      const { arn, user } = await world.alternatingSecret();
      await world.createUser(`${user}_clone`, "made-by-aws");
      const current = world.secrets.at(arn, "AWSCURRENT");
      world.secrets.put(arn, { ...current, username: `${user}_clone`, password: "made-by-aws" });
      return { arn, user };
    }

    test("a pair that AWS's function made goes on under ours", async () => {
      const { arn } = await pairOfAws();
      for (let rotation = 0; rotation < 3; rotation++) {
        // In the first one AWSPREVIOUS is read: it shows that the pair is the secret's.
        expect(await world.callsOfRotation(arn)).toHaveLength(rotation === 0 ? 13 : 12);
        expect(await world.currentLogsIn(arn)).toBe(true);
      }
    });

    test.each<[string, (arn: string, user: string) => void | Promise<void>]>([
      ["AWSPREVIOUS no longer opens", (_, user) => world.setPassword(user, "their-own")],
      [
        "AWSPREVIOUS names another user than",
        (arn) => void world.secrets.put(arn, world.secrets.at(arn, "AWSCURRENT")),
      ],
      [
        "may do more than the user that AWSCURRENT opens:",
        (_, user) => world.asSuperuser(`GRANT DELETE ON my_shop.* TO ${user}@'%'`).then(() => undefined),
      ],
    ])("a twin that %s is refused, until the command in the error hands it over", async (_, change) => {
      const { arn, user } = await pairOfAws();
      await change(arn, user);
      const failure: Error = await world.rotate(arn).catch((error) => error);
      expect(failure).toBeInstanceOf(RefusedError);
      expect(failure.message).toContain(`may set the password of "${user}" for the hosts "%". Tried`);
      await world.obey(failure);
      world.secrets.abandonRotation(arn);
      for (let rotation = 0; rotation < 2; rotation++) await world.rotate(arn);
      expect(await world.currentLogsIn(arn)).toBe(true);
    });

    test("a user that only has the name of an alternate, and a privilege of its own, is refused", async () => {
      const { arn, user } = await world.alternatingSecret();
      await world.createUser(`${user}_clone`, "strangers");
      await world.database.asAdmin(`GRANT DELETE ON my_shop.* TO ${user}_clone@'%'`);
      await expect(world.rotate(arn)).rejects.toThrow(/nothing shows that this secret may set/);
      expect(await world.logsIn(`${user}_clone`, "strangers")).toBe(true);
    });

    test("a grant that the superuser may not pass on fails, with what to do, and AWSCURRENT stays", async () => {
      const { arn, user } = await world.alternatingSecret();
      await world.database.asAdmin(`GRANT SUPER ON *.* TO ${user}@'%'`);
      const failure = world.rotate(arn);
      await expect(failure).rejects.toBeInstanceOf(DatabaseCommandError);
      await expect(failure).rejects.toThrow(
        /may not grant everything .* has\. Give it that with GRANT OPTION/,
      );
      expect(await world.currentLogsIn(arn)).toBe(true);
      await world.database.asAdmin(`REVOKE SUPER ON *.* FROM ${user}@'%'`);
      world.secrets.abandonRotation(arn);
      await world.rotate(arn);
      expect(await world.currentLogsIn(arn)).toBe(true);
    });

    test("a run that was held up while another rotation finished changes nothing", async () => {
      const { arn } = await world.alternatingSecret();
      await world.rotate(arn);
      const late = world.secrets.startRotation(arn);
      await world.step(arn, late, "createSecret");
      world.whenLoggedIn(async () => {
        world.secrets.abandonRotation(arn);
        await world.rotate(arn);
        world.heldUpMs += 60_000;
      });
      await expect(world.step(arn, late, "setSecret")).rejects.toThrow(/no such version|not AWSPENDING/);
      expect(await world.currentLogsIn(arn)).toBe(true);
    });

    test("many rotations at the same moment all succeed", async () => {
      const arns: string[] = [];
      for (let index = 0; index < 5; index++) arns.push((await world.alternatingSecret()).arn);
      await Promise.all(arns.map((arn) => world.rotate(arn)));
      expect(await Promise.all(arns.map((arn) => world.currentLogsIn(arn)))).toEqual(arns.map(() => true));
    });
  });

  superuserKeepsTls(
    () => world,
    (user) => `DROP USER ${user}@'%'`,
  );

  test("no password is in our log, in an error or in the server's general log", async () => {
    expect(world.secrets.passwords.size).toBeGreaterThan(40);
    expect(await world.serverLog()).toMatch(
      server.isMariaDb ? /IDENTIFIED BY PASSWORD '\*/ : /ALTER USER .* IDENTIFIED BY <secret>/,
    );
    expect(await world.leaks()).toEqual([]);
  });
});
