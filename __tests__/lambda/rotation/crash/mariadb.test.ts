import { connectWith } from "../../../../lambda/rotation/engines/mysql/connection";
import { mariadb } from "../../../../lambda/rotation/engines/mysql/engine";
import { nativeHash } from "../../../../lambda/rotation/engines/mysql/passwords";
import { MariaDbWorld } from "../support/mariadb-world";
import type { CrashTarget } from "./interference";
import { Protocol, playAtRandom, playEveryCall } from "./protocol";

jest.setTimeout(600_000);

let world: MariaDbWorld;
let protocol: Protocol;
let admin: Awaited<ReturnType<MariaDbWorld["connectAsAdmin"]>>;

beforeAll(async () => {
  world = await MariaDbWorld.start({ generalLog: false });
  admin = await world.connectAsAdmin();
  const own = connectWith(world.certificateAuthority.certificatePem);
  const target: CrashTarget = {
    name: "MariaDB",
    superuserArn: world.superuserArn,
    grants: "TEMPORARY:database SELECT:tables:app",
    engine: (wrap) => mariadb({ connect: wrap(own) }),
    connection: (username) => world.connection(username),
    createUser: async (username, password) => {
      await admin.query(`CREATE USER ${username}@'%' IDENTIFIED BY '${password}'`);
      await admin.query(`GRANT SELECT, INSERT ON app.* TO ${username}@'%'`);
    },
    dropUsers: async (usernames) => {
      for (const username of usernames) await admin.query(`DROP USER IF EXISTS ${username}@'%'`);
    },
    accepts: async (username, password) => {
      const [rows] = await admin.query(
        "SELECT 1 FROM mysql.user WHERE User = ? AND authentication_string = ?",
        [username, nativeHash(password)],
      );
      return (rows as unknown[]).length > 0;
    },
    logsIn: (username, password) => world.logsIn(username, password),
  };
  protocol = new Protocol(target, world.secrets);
});
afterAll(async () => {
  console.log(
    `MariaDB: ${protocol.cases} crash cases, ${protocol.hits} of them reached the call, ${protocol.calls} calls, 0 lock-outs`,
  );
  await admin.end();
  await world.stop();
});

test("every call goes wrong in every way, in every situation", async () => {
  await playEveryCall(protocol);
});

test("calls go wrong in any way, with any sequel", async () => {
  await playAtRandom(protocol, 250);
});
