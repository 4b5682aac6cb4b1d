import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { connectWith } from "../../../../lambda/rotation/engines/postgresql/connection";
import { postgresql } from "../../../../lambda/rotation/engines/postgresql/engine";
import { createLog } from "../../../../lambda/rotation/ports/log";
import {
  type CertificateAuthority,
  createCertificateAuthority,
} from "../../../../scripts/support/certificates";
import {
  type LocalPostgres,
  type LocalPostgresOptions,
  startPostgres,
} from "../../../../testbed/postgres/postgres";
import { RotationWorld } from "./rotation-world";

export { STEPS } from "./rotation-world";

/** The rotation function between a Secrets Manager in memory and a real PostgreSQL. */
export class World extends RotationWorld {
  private constructor(
    readonly database: LocalPostgres,
    readonly certificateAuthority: CertificateAuthority,
    readonly directory: string,
  ) {
    const logLines: string[] = [];
    const engine = postgresql({
      certificateAuthorities: certificateAuthority.certificatePem,
      log: createLog((line) => logLines.push(line)),
    });
    super(database.superuser, engine, logLines);
  }

  static async start(options: Partial<LocalPostgresOptions> = {}): Promise<World> {
    const directory = await mkdtemp(join(tmpdir(), "rotation-test-"));
    const certificateAuthority = await createCertificateAuthority("rotation test");
    const database = await startPostgres({
      directory,
      certificateAuthority,
      hosts: ["localhost"],
      ...options,
    });
    return new World(database, certificateAuthority, directory);
  }

  async stop(): Promise<void> {
    await this.database.stop();
    await rm(this.directory, { recursive: true });
  }

  /** The value of a secret before its first rotation. */
  connection(username: string): Record<string, unknown> {
    return {
      engine: "aurora-postgresql",
      host: "localhost",
      port: this.database.port,
      dbname: this.database.databaseName,
      username,
    };
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

  async serverLog(): Promise<string> {
    return await this.database.serverLog();
  }

  async asSuperuser(...statements: readonly string[]): Promise<unknown[]> {
    const { username, password } = this.database.superuser;
    return await this.asUser(username, password, ...statements);
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
