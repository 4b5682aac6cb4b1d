import { Client, escapeIdentifier, escapeLiteral } from "pg";
import { callJson, unsignedHeaders } from "../aws/aws-protocol";
import type { LocalPostgres } from "../postgres/postgres";

/** The fields of a database secret that a login needs. */
export interface Credentials {
  readonly host: string;
  readonly dbname: string;
  readonly username: string;
  readonly password: string;
}

/**
 * What RDS does when it manages the superuser's password: the secret's password becomes the role's, and the secret
 * names the role (moto writes "admin" whatever the cluster's setting is).
 */
export async function manageSuperuser(
  postgres: LocalPostgres,
  endpoint: string,
  region: string,
  secretArn: string,
): Promise<void> {
  const headers = unsignedHeaders(region, "secretsmanager");
  const { username } = postgres.superuser;
  const secret = { SecretId: secretArn };
  const value = await callJson<{ SecretString: string }>(endpoint, headers, "GetSecretValue", secret);
  const { password } = JSON.parse(value.SecretString) as Credentials;
  await postgres.asAdmin(async (admin) => {
    await admin.query(`ALTER ROLE ${escapeIdentifier(username)} PASSWORD ${escapeLiteral(password)}`);
  });
  const SecretString = JSON.stringify({ username, password });
  await callJson(endpoint, headers, "PutSecretValue", { ...secret, SecretString });
}

/** Logs in over verified TLS under the secret's host name. False: the server refused the password. */
export async function logsIn(
  credentials: Credentials,
  port: number,
  certificateAuthorityPem: string,
): Promise<boolean> {
  const { host, dbname, username, password } = credentials;
  const client = new Client({
    host: "127.0.0.1",
    port,
    database: dbname,
    user: username,
    password,
    ssl: { ca: certificateAuthorityPem, servername: host },
    connectionTimeoutMillis: 10_000,
  });
  try {
    await client.connect();
    const { rows } = await client.query("SELECT session_user AS name");
    return rows[0].name === username;
  } catch (error) {
    if ((error as { code?: string }).code === "28P01") return false;
    throw error;
  } finally {
    await client.end().catch(() => {});
  }
}
