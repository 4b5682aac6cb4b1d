import { once } from "node:events";
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from "node:net";
import { connectWith as connectMySql } from "../../../lambda/rotation/engines/mysql/connection";
import { connectWith as connectPostgresql } from "../../../lambda/rotation/engines/postgresql/connection";
import { DatabaseUnavailableError } from "../../../lambda/rotation/support/errors";
import { handler as billing } from "../../../lambda/samples/billing/handler";
import { inspectDatabase } from "../../../lambda/samples/orders/inspect-database";
import { SecretsManagerServer } from "../support/secrets-manager-server";
import { onMariaDb } from "./support/mysql-servers";
import { MySqlWorld } from "./support/mysql-world";
import { World } from "./support/world";

/** How long Aurora takes to resume, usually. */
const RESUME_MS = 15_000;

/** Holds the connections of the first `milliseconds` as a cluster does that resumes: taken, and not answered. */
async function resuming(port: number, milliseconds: number): Promise<{ port: number; close(): void }> {
  const sockets = new Set<Socket>();
  const timers: NodeJS.Timeout[] = [];
  let begun: number | undefined;
  const server: Server = createServer((client) => {
    begun ??= performance.now();
    sockets.add(client);
    client.on("error", () => undefined);
    client.pause();
    const timer = setTimeout(
      () => {
        const upstream = createConnection({ host: "127.0.0.1", port });
        sockets.add(upstream);
        upstream.on("error", () => client.destroy());
        client.on("close", () => upstream.destroy());
        client.pipe(upstream).pipe(client);
      },
      Math.max(0, begun + milliseconds - performance.now()),
    );
    timers.push(timer);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      timers.forEach(clearTimeout);
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

describe("PostgreSQL", () => {
  waitsForResume(() => World.start(), connectPostgresql);

  test("a function that is like the sample waits too", async () => {
    const world = await World.start();
    await world.createUser("app", "right");
    const cluster = await resuming(world.database.port, RESUME_MS);
    process.env.DATABASE_CA_PEM = world.certificateAuthority.certificatePem;
    const { dbname } = world.connection("app");
    const fields = { host: "localhost", port: cluster.port, dbname, username: "app", password: "right" };
    expect(await inspectDatabase(fields as never)).toMatchObject({ databaseUser: "app" });
    delete process.env.DATABASE_CA_PEM;
    cluster.close();
    await world.stop();
  });
});
onMariaDb((server) => {
  waitsForResume(() => MySqlWorld.start(server), connectMySql);

  test("the sample for MySQL waits too", async () => {
    const environment = { ...process.env };
    const [world, secrets] = await Promise.all([MySqlWorld.start(server), SecretsManagerServer.start()]);
    const cluster = await resuming(world.database.port, RESUME_MS);
    const value = { host: "localhost", port: cluster.port, ...world.database.superuser };
    secrets.answer({ value: JSON.stringify(value) });
    Object.assign(process.env, secrets.environment, {
      SECRET_SOURCES: "secrets-manager",
      SECRET_PREFIX: "secrets-dev/",
      SECRET_NAME: "billing",
      DATABASE_CA_PEM: world.certificateAuthority.certificatePem,
    });
    try {
      expect(await billing()).toMatchObject({ databaseUser: value.username });
    } finally {
      process.env = environment;
      cluster.close();
      await Promise.all([world.stop(), secrets.stop()]);
    }
  });
});

function waitsForResume(
  start: () => Promise<World | MySqlWorld>,
  connectWith: typeof connectPostgresql | typeof connectMySql,
): void {
  let world: World | MySqlWorld;
  beforeAll(async () => {
    world = await start();
  });
  afterAll(() => world?.stop());

  async function login(port: number, limitMs: number) {
    const { databaseName, superuser } = world.database;
    const deadline = performance.now() + limitMs;
    const connect = connectWith(
      world.certificateAuthority.certificatePem,
      () => deadline - performance.now(),
    );
    return await connect({ host: "localhost", port, database: databaseName, tls: true }, superuser);
  }

  test("a cluster that resumes for 15 s is logged in to, within the usual limit of 60 s", async () => {
    const cluster = await resuming(world.database.port, RESUME_MS);
    const connection = await login(cluster.port, 60_000);
    if ("refused" in connection) throw new Error(connection.refused);
    await connection.close();
    cluster.close();
  });

  test("one that takes longer than the limit is said to be resuming, perhaps", async () => {
    const cluster = await resuming(world.database.port, RESUME_MS);
    const failure = login(cluster.port, 5_000);
    await expect(failure).rejects.toBeInstanceOf(DatabaseUnavailableError);
    await expect(failure).rejects.toThrow(/resuming/);
    cluster.close();
  });
}
