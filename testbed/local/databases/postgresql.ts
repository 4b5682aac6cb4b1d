import { Client, escapeIdentifier, escapeLiteral } from "pg";
import { startPostgres } from "../../postgres/postgres";
import type { DatabaseProduct } from "./local-database";

const INVALID_PASSWORD = "28P01";

/** PostgreSQL, which comes with the packages of npm. */
export const postgreSql: DatabaseProduct = {
  name: "PostgreSQL",
  howToInstall: () => undefined,

  async start(options) {
    const server = await startPostgres({ ...options, hosts: ["localhost"] });
    const { port, databaseName, superuser } = server;
    return {
      name: options.name,
      product: postgreSql.name,
      engine: "postgres",
      port,
      databaseName,
      superuser,
      stop: () => server.stop(),
      logged: () => server.serverLog(),
      serveCertificateFor: (host) => server.serveCertificateFor([host]),

      async setPassword(username, password) {
        await server.asAdmin(async (admin) => {
          const { rowCount } = await admin.query("SELECT FROM pg_roles WHERE rolname = $1", [username]);
          const verb = rowCount ? "ALTER" : "CREATE";
          await admin.query(
            `${verb} ROLE ${escapeIdentifier(username)} LOGIN PASSWORD ${escapeLiteral(password)}`,
          );
        });
      },

      async logsIn({ host, dbname, username, password }) {
        const client = new Client({
          host: "127.0.0.1",
          port,
          database: dbname,
          user: username,
          password,
          ssl: { ca: options.certificateAuthority.certificatePem, servername: host },
          connectionTimeoutMillis: 10_000,
        });
        try {
          await client.connect();
          const { rows } = await client.query("SELECT session_user AS name");
          return rows[0].name === username;
        } catch (error) {
          if ((error as { code?: string }).code === INVALID_PASSWORD) return false;
          throw error;
        } finally {
          await client.end();
        }
      },
    };
  },
};
