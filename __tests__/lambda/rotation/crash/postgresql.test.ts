import { Client } from "pg";
import { connectWith } from "../../../../lambda/rotation/engines/postgresql/connection";
import { postgresql } from "../../../../lambda/rotation/engines/postgresql/engine";
import { scramVerifier } from "../../../../lambda/rotation/engines/postgresql/scram";
import { World } from "../support/world";
import type { CrashTarget } from "./interference";
import { Protocol, playAtRandom, playEveryCall } from "./protocol";

jest.setTimeout(1_800_000);

let world: World;
let protocol: Protocol;
let admin: Client;

beforeAll(async () => {
  // Cheap password hashes: what is tried here is the order of things.
  const settings = { scram_iterations: 1, log_statement: "none", log_connections: "off" };
  world = await World.start({ plaintext: true, settings });
  admin = new Client(world.database.admin);
  await admin.connect();
  const own = connectWith(world.certificateAuthority.certificatePem);
  const target: CrashTarget = {
    name: "PostgreSQL",
    superuserArn: world.superuserArn,
    grants: "CONNECT:database USAGE+CREATE:schema:public",
    engine: (wrap) => postgresql({ connect: wrap(own) }),
    connection: (username) => world.connection(username),
    createUser: async (username, password) => {
      const { username: superuser } = world.database.superuser;
      await admin.query(
        `SET ROLE ${superuser}; CREATE ROLE ${username} LOGIN PASSWORD '${password}';
         ALTER ROLE ${username} SET work_mem = '7MB'; RESET ROLE`,
      );
    },
    dropUsers: async (usernames) => {
      for (const username of usernames) {
        await admin.query(
          `DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '${username}') THEN
             DROP OWNED BY ${username}; DROP ROLE ${username}; END IF; END $$`,
        );
      }
    },
    accepts: async (username, password) => {
      const { rows } = await admin.query("SELECT rolpassword FROM pg_authid WHERE rolname = $1", [username]);
      const verifier = String(rows[0]?.rolpassword);
      const [, iterations, salt] = /^SCRAM-SHA-256\$(\d+):([^$]+)\$/.exec(verifier) ?? [];
      if (iterations === undefined || salt === undefined) return false;
      return verifier === (await scramVerifier(password, Number(iterations), Buffer.from(salt, "base64")));
    },
    logsIn: (username, password) => world.logsIn(username, password),
  };
  protocol = new Protocol(target, world.secrets);
});
afterAll(async () => {
  console.log(protocol.summary);
  await admin.end();
  await world.stop();
});

test("every call goes wrong in every way, in every situation", async () => {
  await playEveryCall(protocol);
});

test("calls go wrong in any way, with any sequel", async () => {
  await playAtRandom(protocol, 250);
});
