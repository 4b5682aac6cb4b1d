import { setTimeout as sleep } from "node:timers/promises";
import type { Declaration } from "../rotation/contract/tags";
import type { Settings } from "../rotation/contract/variables";
import type { CertificateEnds } from "../rotation/engines/certificates";
import { withSession } from "../rotation/engines/engine";
import type { EngineRegistry } from "../rotation/engines/registry";
import { assertTrusted } from "../rotation/secret/guards";
import { hasPassword, parseDatabaseSecret, type SecretWithPassword } from "../rotation/secret/secret-value";
import { InvalidSecretError, LoginRefusedError } from "../rotation/support/errors";
import { quote } from "../rotation/support/text";
import type { Secret, SecretSource } from "../secret-reader/secret";

/** A secret, as far as a login is concerned. */
export interface CheckedSecret {
  readonly name: string;
  /** What its tags declare. */
  readonly declared: Declaration;
  /** Whether a rotation may be at work. */
  readonly isRotated: boolean;
}

export interface LoginPorts {
  readonly engines: EngineRegistry;
  readonly settings: Pick<Settings, "databaseHosts" | "hostsWithoutTls">;
  /** What is assumed of a value that names none. */
  readonly engine: string;
}

/** Milliseconds before each further look at a secret that is just being rotated. */
const WHILE_ROTATED = [1_000, 4_000];

/**
 * Logs in with what a reader of the secret gets.
 *
 * A single-user rotation has the database refuse AWSCURRENT for a moment, between two of its steps.
 *
 * @throws SecretError or RotationError that says what is wrong and what to do.
 */
export async function logIn(
  { name, declared, isRotated }: CheckedSecret,
  source: SecretSource,
  ports: LoginPorts,
): Promise<CertificateEnds | undefined> {
  let secret = await source.fetch(name, "current");
  for (const delay of isRotated ? WHILE_ROTATED : []) {
    try {
      return await logInWith(secret, declared, ports);
    } catch (error) {
      if (!(error instanceof LoginRefusedError)) throw error;
      await sleep(delay);
      secret = await source.fetch(name, "current");
    }
  }
  return await logInWith(secret, declared, ports);
}

async function logInWith(
  secret: Secret,
  declared: Declaration,
  ports: LoginPorts,
): Promise<CertificateEnds | undefined> {
  // Vault also keeps what is no login.
  if (secret.source.startsWith("vault") && !("host" in secret.fields)) return undefined;
  const value = credentialsIn(secret, ports);
  const { engine, server } = value;
  assertTrusted(value, declared, ports);
  const login = await engine.login(server, value);
  if ("refused" in login) {
    throw new LoginRefusedError({
      problem: `The database on ${quote(server.host)} refused ${value.label} for the user ${quote(value.username)}`,
      code: login.refused,
      remedy:
        "Its readers cannot connect. Rotate the secret: that mends it, or says which passwords were tried. If the " +
        "user is gone, or its password was set by somebody else, run as superuser, with the password of AWSCURRENT: " +
        engine.resetCommand(value.username),
    });
  }
  return await withSession(login.session, async (session) => {
    await session.ping();
    return login.certificateEnds?.();
  });
}

function credentialsIn({ fields, source }: Secret, { engine, engines }: LoginPorts): SecretWithPassword {
  const label = source.startsWith("vault") ? "the secret in Vault" : "AWSCURRENT";
  const value = parseDatabaseSecret(JSON.stringify({ engine, ...fields }), label, engines);
  if (hasPassword(value)) return value;
  throw new InvalidSecretError({
    problem: `${label} must have a non-empty text password, and has none`,
    remedy: "Put the user's password into the secret, or rotate it.",
  });
}
