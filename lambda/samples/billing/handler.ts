import { createConnection, type RowDataPacket } from "mysql2/promise";
import { serverAuthorities } from "../../database-tls";
import { withSecret } from "../../secret-reader";

/** Connects over verified TLS with the secret SECRET_NAME and answers who it became; never a value of the secret. */
export async function handler() {
  const secretName = process.env.SECRET_NAME;
  if (!secretName) throw new Error("SECRET_NAME must name the secret to read, got nothing");

  return withSecret(secretName, async ({ fields, version, source }) => {
    const connection = await createConnection({
      host: String(fields.host),
      port: Number(fields.port ?? 3306),
      user: String(fields.username),
      password: fields.password?.toString(),
      // Without verifyIdentity, the certificate of any server of the same authority would do.
      ssl: {
        ca: serverAuthorities(process.env.DATABASE_CA_PEM),
        minVersion: "TLSv1.2",
        rejectUnauthorized: true,
        verifyIdentity: true,
      },
      // A cluster that pauses (minAcu 0) holds the first connection for about 15 s while it resumes.
      connectTimeout: 20_000,
    });
    try {
      const [[row]] = await connection.query<RowDataPacket[]>(
        "SELECT SUBSTRING_INDEX(SESSION_USER(), '@', 1) AS user",
      );
      return { databaseUser: row?.user, secretVersion: version, secretSource: source };
    } finally {
      await connection.end();
    }
  });
}
