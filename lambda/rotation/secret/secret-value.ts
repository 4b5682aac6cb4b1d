import type { DatabaseEngine, Server } from "../engines/engine";
import type { EngineRegistry } from "../engines/registry";
import { InvalidSecretError } from "../support/errors";
import { quote } from "../support/text";

/**
 * The value of a rotated secret, in the field names of AWS's rotation functions:
 *
 * | field | |
 * |---|---|
 * | engine | required: `postgres`, `aurora-postgresql`, `mysql`, `aurora-mysql` or `mariadb` |
 * | host, username | required |
 * | password | absent in one case only: AWSCURRENT before the first rotation (bootstrap) |
 * | port | number or digits; the engine's default |
 * | dbname | the engine's default |
 * | masterarn | ARN of the superuser secret |
 * | ssl | may be absent or true; false is refused but for hosts that the environment lists |
 *
 * Other fields are kept byte for byte. An optional field that is null or empty counts as absent; a password does not.
 */
export interface DatabaseSecret {
  /** What the messages call it, e.g. `AWSCURRENT`. */
  readonly label: string;
  readonly engine: DatabaseEngine;
  readonly server: Server;
  readonly username: string;
  readonly password: string | undefined;
  readonly masterArn: string | undefined;
  /** As it was read. */
  readonly text: string;
}

export type SecretWithPassword = DatabaseSecret & { readonly password: string };

export function parseDatabaseSecret(text: string, label: string, engines: EngineRegistry): DatabaseSecret {
  const fields = parseFields(text, label);
  const engineName = requiredText(fields, "engine", label);
  const engine = engines.get(engineName);
  if (engine === undefined) {
    throw invalid(
      label,
      `has engine ${quote(engineName)}; this function rotates ${[...engines.keys()].join(", ")}`,
    );
  }
  const username = requiredText(fields, "username", label);
  const nameProblem = engine.userNameProblem(username);
  if (nameProblem !== undefined) throw invalid(label, `has username ${quote(username)}: ${nameProblem}`);

  return {
    label,
    engine,
    server: {
      host: requiredText(fields, "host", label),
      port: port(fields, label) ?? engine.defaultPort,
      database: optionalText(fields, "dbname", label) ?? engine.defaultDatabase,
      tls: tls(fields) ?? true,
    },
    username,
    password: "password" in fields ? requiredText(fields, "password", label) : undefined,
    masterArn: optionalText(fields, "masterarn", label),
    text,
  };
}

export function hasPassword(secret: DatabaseSecret): secret is SecretWithPassword {
  return secret.password !== undefined;
}

/**
 * A superuser secret: `username` and `password`, and nothing else if RDS manages it. `host` and `port` are then those
 * of the rotated secret, and TLS is used, whatever that says: only `ssl` of this secret itself turns it off.
 */
export interface SuperuserSecret {
  readonly username: string;
  readonly password: string;
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly tls: boolean | undefined;
}

export function parseSuperuserSecret(text: string, label: string): SuperuserSecret {
  const fields = parseFields(text, label);
  return {
    username: requiredText(fields, "username", label),
    password: requiredText(fields, "password", label),
    host: optionalText(fields, "host", label),
    port: port(fields, label),
    tls: tls(fields),
  };
}

function parseFields(text: string, label: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Without the parser's message, which quotes the text.
    throw invalid(label, "is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid(label, "is not a JSON object");
  }
  return value as Record<string, unknown>;
}

function requiredText(fields: Record<string, unknown>, name: string, label: string): string {
  const value = fields[name];
  if (typeof value !== "string" || value === "") throw invalid(label, `must have a non-empty text ${name}`);
  return value;
}

function optionalText(fields: Record<string, unknown>, name: string, label: string): string | undefined {
  return isAbsent(fields[name]) ? undefined : requiredText(fields, name, label);
}

function port(fields: Record<string, unknown>, label: string): number | undefined {
  const { port: value } = fields;
  if (isAbsent(value)) return undefined;
  const number = typeof value === "string" && /^\s*\d+\s*$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isInteger(number) || number < 1 || number > 65535) {
    throw invalid(label, "must have a port from 1 to 65535, or none");
  }
  return number;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

/** AWS's functions take booleans and their names in any case, and ignore every other value. */
function tls(fields: Record<string, unknown>): boolean | undefined {
  const value = fields.ssl ?? undefined;
  return value === undefined ? undefined : String(value).toLowerCase() !== "false";
}

function invalid(label: string, problem: string): InvalidSecretError {
  return new InvalidSecretError({
    problem: `The value of ${label} ${problem}`,
    remedy: "Correct the secret; its fields are those of AWS's rotation functions.",
  });
}
