import { callJson, unsignedHeaders } from "../aws/aws-protocol";
import type { LocalDatabase } from "./databases/local-database";

/** The fields of a database secret that a login needs. */
export interface Credentials {
  readonly host: string;
  readonly dbname: string;
  readonly username: string;
  readonly password: string;
}

/**
 * What RDS does when it manages the superuser's password: the secret's password becomes the user's, and the secret
 * names the user (moto writes "admin" whatever the cluster's setting is).
 */
export async function manageSuperuser(
  database: LocalDatabase,
  endpoint: string,
  region: string,
  secretArn: string,
): Promise<void> {
  const headers = unsignedHeaders(region, "secretsmanager");
  const { username } = database.superuser;
  const secret = { SecretId: secretArn };
  const value = await callJson<{ SecretString: string }>(endpoint, headers, "GetSecretValue", secret);
  const { password } = JSON.parse(value.SecretString) as Credentials;
  await database.setPassword(username, password);
  const SecretString = JSON.stringify({ username, password });
  await callJson(endpoint, headers, "PutSecretValue", { ...secret, SecretString });
}
