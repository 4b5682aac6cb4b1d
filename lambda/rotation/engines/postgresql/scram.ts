import { createHash, createHmac, pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";

/** PostgreSQL's default, and what it used before 16 made it a setting (`scram_iterations`). */
const DEFAULT_ITERATIONS = 4096;

/** Of a Lambda function, well below a second. */
const MOST_ITERATIONS = 100_000;

const SALT_BYTES = 16;

/**
 * A password as PostgreSQL stores it: `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>`
 * (RFC 5803 with RFC 7677; PostgreSQL documentation, "pg_authid"; src/common/scram-common.c, `scram_build_secret`).
 *
 * Computed here so that the password itself is in no statement, and so in no server log, whatever `log_statement` is.
 * SASLprep (RFC 4013) leaves printable ASCII as it is. For any other character, client and server would have to agree
 * on it, so `assertPrintable` goes before.
 */
export async function scramVerifier(
  password: string,
  iterations: number = DEFAULT_ITERATIONS,
  salt: Buffer = randomBytes(SALT_BYTES),
): Promise<string> {
  const saltedPassword = await promisify(pbkdf2)(password, salt, iterations, 32, "sha256");
  const storedKey = createHash("sha256").update(hmac(saltedPassword, "Client Key")).digest();
  const serverKey = hmac(saltedPassword, "Server Key");
  const base64 = (bytes: Buffer) => bytes.toString("base64");
  return `SCRAM-SHA-256$${iterations}:${base64(salt)}$${base64(storedKey)}:${base64(serverKey)}`;
}

/**
 * The server's setting within bounds: who owns a database chooses it there, and could have every password stored with
 * one iteration, or every rotation time out.
 *
 * @param setting nothing before PostgreSQL 16
 */
export function withinIterations(setting: unknown): number {
  return Math.min(Math.max(Number(setting ?? DEFAULT_ITERATIONS), DEFAULT_ITERATIONS), MOST_ITERATIONS);
}

function hmac(key: Buffer, message: string): Buffer {
  return createHmac("sha256", key).update(message).digest();
}
