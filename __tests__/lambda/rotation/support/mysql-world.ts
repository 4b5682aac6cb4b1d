import { type Connection, createConnection, type RowDataPacket } from "mysql2/promise";
import { connectWith } from "../../../../lambda/rotation/engines/mysql/connection";
import type { LocalMySql, LocalMySqlOptions } from "../../../../testbed/mysql/mysql-family";
import type { ServerUnderTest } from "./mysql-servers";
import { RotationWorld } from "./rotation-world";

/** The rotation function between a Secrets Manager in memory and a real MySQL or MariaDB. */
export class MySqlWorld extends RotationWorld<LocalMySql> {
  static async start(
    server: ServerUnderTest,
    options: Partial<Pick<LocalMySqlOptions, "generalLog" | "hosts">> = {},
  ): Promise<MySqlWorld> {
    const place = await MySqlWorld.place();
    const database = await server.start({ ...place, ...options });
    return new MySqlWorld(database, place, server.engineName, (settings) => server.engine(settings));
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
