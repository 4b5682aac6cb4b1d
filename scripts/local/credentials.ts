import { Client, escapeIdentifier, escapeLiteral } from "pg";
import { callJson, unsignedHeaders } from "../emulator/aws-protocol";
import type { LocalPostgres } from "../emulator/postgres";

/** The fields of a database secret that a login needs. */
export interface Credentials {
  readonly host: string;
  readonly dbname: string;
  readonly username: string;
  readonly password: string;
}

export interface SecretVersion {
  readonly id: string;
  readonly labels: readonly string[];
  /** Empty in the version that Terraform made, which has no password. */
  readonly fields: Partial<Credentials>;
}

interface Listed {
  readonly VersionId: string;
  readonly VersionStages: readonly string[];
}

/** Every version that a secret ever had, oldest first: moto keeps them all, and shows them to whoever asks it directly. */
export async function readVersions(
  motoEndpoint: string,
  region: string,
  secretArn: string,
): Promise<readonly SecretVersion[]> {
  const headers = unsignedHeaders(region, "secretsmanager");
  const secret = { SecretId: secretArn };
  const { Versions } = await callJson<{ Versions: readonly Listed[] }>(
    motoEndpoint,
    headers,
    "ListSecretVersionIds",
    secret,
  );
  return await Promise.all(
    Versions.map(async ({ VersionId, VersionStages }) => {
      const input = { ...secret, VersionId };
      const value = await callJson<{ SecretString: string }>(motoEndpoint, headers, "GetSecretValue", input);
      return { id: VersionId, labels: VersionStages, fields: JSON.parse(value.SecretString) };
    }),
  );
}

/** Every secret of the emulator, RDS's own too. */
export async function listSecretArns(motoEndpoint: string, region: string): Promise<readonly string[]> {
  const headers = unsignedHeaders(region, "secretsmanager");
  const { SecretList } = await callJson<{ SecretList: readonly { ARN: string }[] }>(
    motoEndpoint,
    headers,
    "ListSecrets",
    {},
  );
  return SecretList.map(({ ARN }) => ARN);
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
