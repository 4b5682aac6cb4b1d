import { connectWith } from "../../../../lambda/rotation/engines/mysql/connection";
import { nativeHash } from "../../../../lambda/rotation/engines/mysql/passwords";
import type { Connect } from "../../../../lambda/rotation/engines/sql-connection";
import { onEachServer } from "../support/mysql-servers";
import { MySqlWorld } from "../support/mysql-world";
import type { CrashTarget } from "./interference";
import { Protocol, playAtRandom, playEveryCall } from "./protocol";

jest.setTimeout(1_800_000);

onEachServer((server) => {
  let world: MySqlWorld;
  let protocol: Protocol;
  let admin: Awaited<ReturnType<MySqlWorld["connectAsAdmin"]>>;
  let own: Connect;

  /** MySQL salts its hashes, and may keep two of a user. Without TLS: it would take half of the time. */
  const logsIn = async (username: string, password: string): Promise<boolean> => {
    const { port } = world.database;
    const connection = await own(
      { host: "localhost", port, database: "", tls: false },
      { username, password },
    );
    if ("refused" in connection) return false;
    await connection.close();
    return true;
  };

  /** Compares with what the server keeps, which is far quicker than to log in. */
  const hasHash = async (username: string, password: string): Promise<boolean> => {
    const [rows] = await admin.query(
      "SELECT 1 FROM mysql.user WHERE User = ? AND authentication_string = ?",
      [username, nativeHash(password)],
    );
    return (rows as unknown[]).length > 0;
  };

  beforeAll(async () => {
    world = await MySqlWorld.start(server, { generalLog: false });
    admin = await world.connectAsAdmin();
    own = connectWith(world.certificateAuthority.certificatePem);
    const target: CrashTarget = {
      name: server.name,
      superuserArn: world.superuserArn,
      grants: "TEMPORARY:database SELECT:tables:app",
      engine: (wrap) => server.engine({ connect: wrap(own) }),
      connection: (username) => world.connection(username),
      createUser: async (username, password) => {
        await admin.query(`CREATE USER ${username}@'%' IDENTIFIED BY '${password}'`);
        await admin.query(`GRANT SELECT, INSERT ON app.* TO ${username}@'%'`);
        if (server.isMariaDb) return;
        // As a bootstrap makes it: the user keeps its old password.
        await admin.query(`GRANT APPLICATION_PASSWORD_ADMIN ON *.* TO ${username}@'%'`);
      },
      dropUsers: async (usernames) => {
        for (const username of usernames) await admin.query(`DROP USER IF EXISTS ${username}@'%'`);
      },
      accepts: server.isMariaDb ? hasHash : logsIn,
      ...(!server.isMariaDb && {
        addPassword: async (username, password) => {
          await admin.query(`GRANT APPLICATION_PASSWORD_ADMIN ON *.* TO ${username}@'%'`);
          await admin.query(`ALTER USER ${username}@'%' IDENTIFIED BY '${password}' RETAIN CURRENT PASSWORD`);
        },
      }),
      logsIn: (username, password) => world.logsIn(username, password),
    };
    protocol = new Protocol(target, world.secrets);
  });
  afterAll(async () => {
    console.log(protocol.summary);
    await admin.end();
    await world.stop();
  });

  // What both share is tried everywhere on MariaDB; a whole run takes several minutes on MySQL, whose logins are slow.
  if (server.isMariaDb) {
    test("every call goes wrong in every way, in every situation", async () => {
      await playEveryCall(protocol);
    });
  } else {
    test("every call goes wrong in every way, where the user has a foreign password", async () => {
      await playEveryCall(protocol, ["single-user, foreign password"]);
    });
  }

  test("calls go wrong in any way, with any sequel", async () => {
    await playAtRandom(protocol, 100);
  });
});
