import { connect } from "node:net";
import { escape as literal } from "mysql2";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { findMariaDb, MARIADB_HINT } from "../../../scripts/machine/mysql-binaries";
import { startMariaDb } from "../../mysql/mariadb";
import type { DatabaseProduct } from "./local-database";

const USER = "SELECT SUBSTRING_INDEX(SESSION_USER(), '@', 1) AS name";

/** MariaDB, which the system's package manager installs. */
export const mariaDb: DatabaseProduct = {
  name: "MariaDB",
  howToInstall: () => (findMariaDb() ? undefined : MARIADB_HINT),

  async start(options) {
    const programs = findMariaDb();
    if (!programs) throw new Error(`MariaDB is not on PATH: ${MARIADB_HINT}`);
    const server = await startMariaDb(programs, { ...options, hosts: ["localhost"] });
    const { port, databaseName, superuser } = server;
    return {
      name: options.name,
      product: mariaDb.name,
      engine: "mariadb",
      port,
      databaseName,
      superuser,
      stop: () => server.stop(),
      serveCertificateFor: (host) => server.serveCertificateFor([host]),

      async setPassword(username, password) {
        const account = `${literal(username)}@'%'`;
        await server.asAdmin(
          `CREATE USER IF NOT EXISTS ${account}`,
          `ALTER USER ${account} IDENTIFIED BY ${literal(password)}`,
        );
      },

      async logsIn({ host, username, password }) {
        try {
          const connection = await createConnection({
            host,
            stream: () => connect(port, "127.0.0.1"),
            user: username,
            password,
            ssl: {
              ca: options.certificateAuthority.certificatePem,
              rejectUnauthorized: true,
              verifyIdentity: true,
            },
            connectTimeout: 10_000,
          });
          try {
            const [[row]] = await connection.query<RowDataPacket[]>(USER);
            return row?.name === username;
          } finally {
            await connection.end();
          }
        } catch (error) {
          if ((error as { code?: string }).code === "ER_ACCESS_DENIED_ERROR") return false;
          throw error;
        }
      },
    };
  },
};
