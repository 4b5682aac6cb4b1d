import { Client } from "pg";
import { serverAuthorities } from "../../database-tls";

export interface DatabaseFacts {
  readonly databaseUser: string;
  readonly serverVersion: string;
}

type Fields = Readonly<Record<string, string | number | boolean>>;

/** Connects over verified TLS and asks who we are. */
export async function inspectDatabase(fields: Fields): Promise<DatabaseFacts> {
  const client = new Client({
    host: String(fields.host),
    port: Number(fields.port ?? 5432),
    database: String(fields.dbname ?? "postgres"),
    user: String(fields.username),
    password: fields.password?.toString(),
    ssl: { ca: serverAuthorities(process.env.DATABASE_CA_PEM), minVersion: "TLSv1.2" },
    // A cluster that pauses (minAcu 0) holds the first connection for about 15 s while it resumes.
    connectionTimeoutMillis: 20_000,
    query_timeout: 5_000,
  });
  await client.connect();
  try {
    const { rows } = await client.query(
      "SELECT current_user AS user, current_setting('server_version') AS version",
    );
    return { databaseUser: rows[0].user, serverVersion: rows[0].version };
  } finally {
    await client.end();
  }
}
