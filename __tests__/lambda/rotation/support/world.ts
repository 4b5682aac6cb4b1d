import { Client } from "pg";
import { connectWith } from "../../../../lambda/rotation/engines/postgresql/connection";
import { postgresql } from "../../../../lambda/rotation/engines/postgresql/engine";
import {
  type LocalPostgres,
  type LocalPostgresOptions,
  startPostgres,
} from "../../../../testbed/postgres/postgres";
import { RotationWorld } from "./rotation-world";

export { STEPS } from "./rotation-world";

/** The rotation function between a Secrets Manager in memory and a real PostgreSQL. */
export class World extends RotationWorld<LocalPostgres> {
  static async start(options: Partial<LocalPostgresOptions> = {}): Promise<World> {
    const place = await World.place();
    const database = await startPostgres({ ...place, ...options });
    return new World(database, place, "aurora-postgresql", postgresql);
  }

  /** A user that the superuser made by hand; its password is not in the server's log, which a test searches. */
  async createUser(username: string, password: string): Promise<void> {
    await this.database.asAdmin(async (admin) => {
      await admin.query(`SET ROLE ${this.database.superuser.username}`);
      await admin.query(`CREATE ROLE "${username}" LOGIN PASSWORD '${password}'`);
    });
  }

  /** As an outsider does it. */
  async setPassword(username: string, password: string): Promise<void> {
    await this.database.asAdmin((admin) => admin.query(`ALTER ROLE "${username}" PASSWORD '${password}'`));
  }

  /** As an application does it: a session with nothing but the server's defaults. */
  async asUser(username = "", password = "", ...statements: readonly string[]): Promise<unknown[]> {
    const client = new Client({
      host: "localhost",
      port: this.database.port,
      database: this.database.databaseName,
      user: username,
      password,
      ssl: { ca: this.certificateAuthority.certificatePem },
    });
    await client.connect();
    try {
      const rows: unknown[] = [];
      for (const sql of statements) rows.push(...(await client.query(sql)).rows);
      return rows;
    } finally {
      await client.end();
    }
  }

  async connect(username: string, password: string) {
    const connect = connectWith(this.certificateAuthority.certificatePem);
    const { port, databaseName } = this.database;
    const connection = await connect(
      { host: "localhost", port, database: databaseName, tls: true },
      { username, password },
    );
    if ("refused" in connection) throw new Error(`${username}: ${connection.refused}`);
    return connection;
  }
}
