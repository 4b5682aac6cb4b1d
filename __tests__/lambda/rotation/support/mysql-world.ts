import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Connection, createConnection, type RowDataPacket } from "mysql2/promise";
import { connectWith } from "../../../../lambda/rotation/engines/mysql/connection";
import { createLog } from "../../../../lambda/rotation/ports/log";
import {
  type CertificateAuthority,
  createCertificateAuthority,
} from "../../../../scripts/support/certificates";
import type { LocalMySql, LocalMySqlOptions } from "../../../../testbed/mysql/mysql-family";
import type { ServerUnderTest } from "./mysql-servers";
import { RotationWorld } from "./rotation-world";

/** The rotation function between a Secrets Manager in memory and a real MySQL or MariaDB. */
export class MySqlWorld extends RotationWorld {
  private constructor(
    readonly server: ServerUnderTest,
    readonly database: LocalMySql,
    readonly certificateAuthority: CertificateAuthority,
    readonly directory: string,
  ) {
    const logLines: string[] = [];
    const engine = server.engine({
      certificateAuthorities: certificateAuthority.certificatePem,
      log: createLog((line) => logLines.push(line)),
    });
    super(database.superuser, engine, logLines);
  }

  static async start(
    server: ServerUnderTest,
    options: Partial<Pick<LocalMySqlOptions, "generalLog" | "hosts">> = {},
  ): Promise<MySqlWorld> {
    const directory = await mkdtemp(join(tmpdir(), "rotation-test-"));
    const certificateAuthority = await createCertificateAuthority("rotation test");
    const database = await server.start({
      directory,
      certificateAuthority,
      hosts: ["localhost"],
      ...options,
    });
    return new MySqlWorld(server, database, certificateAuthority, directory);
  }

  async stop(): Promise<void> {
    await this.database.stop();
    await rm(this.directory, { recursive: true });
  }

  /** The value of a secret before its first rotation. */
  connection(username: string): Record<string, unknown> {
    return {
      engine: this.server.engineName,
      host: "localhost",
      port: this.database.port,
      dbname: this.database.databaseName,
      username,
    };
  }

  async serverLog(): Promise<string> {
    return await this.database.serverLog();
  }

  /** A user that somebody made by hand. */
  async createUser(username: string, password: string, host = "%"): Promise<void> {
    await this.database.asAdmin(
      `CREATE USER \`${username}\`@'${host}' IDENTIFIED BY '${password}'`,
      `GRANT SELECT, INSERT ON app.* TO \`${username}\`@'${host}'`,
    );
  }

  /** As an outsider does it. */
  async setPassword(username: string, password: string): Promise<void> {
    await this.database.asAdmin(`ALTER USER \`${username}\`@'%' IDENTIFIED BY '${password}'`);
  }

  async asSuperuser(...statements: readonly string[]): Promise<RowDataPacket[]> {
    const { username, password } = this.database.superuser;
    return await this.asUser(username, password, ...statements);
  }

  /** As an application does it: a session with nothing but the server's defaults. */
  async asUser(username = "", password = "", ...statements: readonly string[]): Promise<RowDataPacket[]> {
    const connection = await createConnection({
      host: "localhost",
      port: this.database.port,
      user: username,
      password,
      ssl: { ca: this.certificateAuthority.certificatePem, verifyIdentity: true },
    });
    try {
      const rows: RowDataPacket[] = [];
      for (const sql of statements) {
        const [result] = await connection.query(sql);
        if (Array.isArray(result)) rows.push(...(result as RowDataPacket[]));
      }
      return rows;
    } finally {
      await connection.end();
    }
  }

  /** The true superuser, for as long as a test wants it. */
  async connectAsAdmin(): Promise<Connection> {
    return await createConnection({ host: "127.0.0.1", port: this.database.port, ...this.database.admin });
  }

  async connect(username: string, password: string) {
    const connect = connectWith(this.certificateAuthority.certificatePem);
    const connection = await connect(
      { host: "localhost", port: this.database.port, database: "", tls: true },
      { username, password },
    );
    if ("refused" in connection) throw new Error(`${username}: ${connection.refused}`);
    return connection;
  }
}
