import { X509Certificate } from "node:crypto";
import { packCertificates, unpackCertificates } from "../../database-tls/contract/packed-certificates";
import { ConfigurationError } from "../support/errors";
import { quote } from "../support/text";
import type { PasswordPolicy } from "./passwords";

/** Names of the function's environment variables; those of passwords are the names of AWS's rotation functions. */
const VARIABLE = {
  databaseHosts: "DATABASE_HOSTS",
  hostsWithoutTls: "HOSTS_WITHOUT_TLS",
  superuserSecretArn: "SUPERUSER_SECRET_ARN",
  certificateAuthority: "DATABASE_CA_PEM",
  passwordLength: "PASSWORD_LENGTH",
  excludeCharacters: "EXCLUDE_CHARACTERS",
  excludeNumbers: "EXCLUDE_NUMBERS",
  excludePunctuation: "EXCLUDE_PUNCTUATION",
  excludeUppercase: "EXCLUDE_UPPERCASE",
  excludeLowercase: "EXCLUDE_LOWERCASE",
  requireEachIncludedType: "REQUIRE_EACH_INCLUDED_TYPE",
} as const;

/** What the passwords that the function makes consist of. */
export interface PasswordSettings {
  /** @default 32 */
  readonly length?: number;
  /**
   * @default - what AWS's rotation function for the engine leaves out: quotes, slash, at sign, backslash; PostgreSQL
   * also colon
   */
  readonly excludeCharacters?: string;
  /** @default false */
  readonly excludeNumbers?: boolean;
  /** @default false */
  readonly excludePunctuation?: boolean;
  /** @default false */
  readonly excludeUppercase?: boolean;
  /** @default false */
  readonly excludeLowercase?: boolean;
  /** @default true */
  readonly requireEachIncludedType?: boolean;
}

/** A database that a function may connect to. */
export interface ReachedDatabase {
  readonly host: string;
  /**
   * PEM text of the authority that signed the server certificate.
   *
   * @default - the Amazon RDS authorities
   */
  readonly certificateAuthority?: string;
  /**
   * Whether the function honours `"ssl": false` in a secret.
   *
   * @default false
   */
  readonly allowWithoutTls?: boolean;
}

export interface RotatedDatabase extends ReachedDatabase {
  readonly superuserSecretArn: string;
}

/** The environment variables of a function that logs in to one database. */
export function databaseVariables({
  host,
  certificateAuthority,
  allowWithoutTls,
}: ReachedDatabase): Record<string, string> {
  return {
    [VARIABLE.databaseHosts]: host,
    ...(allowWithoutTls && { [VARIABLE.hostsWithoutTls]: host }),
    ...(certificateAuthority && {
      [VARIABLE.certificateAuthority]: packCertificates([certificateAuthority]),
    }),
  };
}

/** The environment variables of a function that rotates the users of one database. */
export function rotationVariables(
  database: RotatedDatabase,
  { length, ...passwords }: PasswordSettings = {},
): Record<string, string> {
  const settings = Object.entries({ passwordLength: length, ...passwords }).flatMap(([name, value]) =>
    value === undefined ? [] : [[VARIABLE[name as keyof typeof VARIABLE], String(value)] as const],
  );
  return {
    ...databaseVariables(database),
    [VARIABLE.superuserSecretArn]: database.superuserSecretArn,
    ...Object.fromEntries(settings),
  };
}

/** What the function is told by its environment variables. */
export interface Settings {
  /** The only hosts this function connects to, in lower case. */
  readonly databaseHosts: ReadonlySet<string>;
  /** Those of them where a secret's `"ssl": false` is honoured. */
  readonly hostsWithoutTls: ReadonlySet<string>;
  readonly superuserSecretArn: string | undefined;
  /** PEM that replaces the RDS bundle. */
  readonly databaseCa: string | undefined;
  readonly passwords: PasswordPolicy;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads what {@link rotationVariables} writes. Password settings are parsed as by AWS's rotation functions
 * (aws-samples/aws-secrets-manager-rotation-lambdas, `get_random_password`, `get_environment_bool`).
 */
export function readSettings(environment: Environment): Settings {
  const problems: string[] = [];
  const text = (name: string): string | undefined => environment[name]?.trim() || undefined;

  const hosts = (name: string): ReadonlySet<string> =>
    new Set(
      (text(name) ?? "")
        .toLowerCase()
        .split(/\s+/)
        .filter((host) => host !== ""),
    );
  const databaseHosts = hosts(VARIABLE.databaseHosts);
  if (databaseHosts.size === 0)
    problems.push("DATABASE_HOSTS must name at least one host, separated by spaces");
  const hostsWithoutTls = hosts(VARIABLE.hostsWithoutTls);
  const strangers = [...hostsWithoutTls].filter((host) => !databaseHosts.has(host));
  if (strangers.length > 0) {
    problems.push(
      `HOSTS_WITHOUT_TLS must name hosts of DATABASE_HOSTS, got ${strangers.map(quote).join(", ")}`,
    );
  }

  const superuserSecretArn = text(VARIABLE.superuserSecretArn);
  if (superuserSecretArn !== undefined && !/^arn:[\w-]+:secretsmanager:\S+$/.test(superuserSecretArn)) {
    problems.push(`SUPERUSER_SECRET_ARN must be the ARN of a secret, got ${quote(superuserSecretArn)}`);
  }

  const packed = text(VARIABLE.certificateAuthority);
  const databaseCa = packed && certificatesIn(packed);
  if (packed && !databaseCa) problems.push("DATABASE_CA_PEM must hold X.509 certificates in PEM form");

  const length = Number(text(VARIABLE.passwordLength) ?? "32");
  if (!Number.isInteger(length) || length < 8 || length > 128) {
    problems.push(
      `PASSWORD_LENGTH must be a whole number from 8 to 128, got ${quote(text(VARIABLE.passwordLength) ?? "")}`,
    );
  }

  const excluded = {
    numbers: flag(environment[VARIABLE.excludeNumbers], false),
    punctuation: flag(environment[VARIABLE.excludePunctuation], false),
    uppercase: flag(environment[VARIABLE.excludeUppercase], false),
    lowercase: flag(environment[VARIABLE.excludeLowercase], false),
  };
  if (Object.values(excluded).every(Boolean)) {
    problems.push("EXCLUDE_NUMBERS, _PUNCTUATION, _UPPERCASE and _LOWERCASE together leave no characters");
  }

  if (problems.length > 0) {
    throw new ConfigurationError({
      problem: `The rotation function is misconfigured: ${problems.join("; ")}`,
      remedy: "Correct the environment variables of the function.",
    });
  }
  return Object.freeze({
    databaseHosts,
    hostsWithoutTls,
    superuserSecretArn,
    databaseCa,
    passwords: {
      length,
      excluded,
      // Not trimmed, and empty means "exclude nothing", as in AWS's functions.
      excludedCharacters: environment[VARIABLE.excludeCharacters],
      requireEachIncludedType: flag(environment[VARIABLE.requireEachIncludedType], true),
    },
  });
}

/** AWS's parsing: four words mean true, every other text means false. */
function flag(text: string | undefined, byDefault: boolean): boolean {
  return text === undefined ? byDefault : ["true", "1", "y", "yes"].includes(text.toLowerCase());
}

/** PEM of at least one certificate. */
function certificatesIn(variable: string): string | undefined {
  try {
    const pem = unpackCertificates(variable);
    const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
    for (const block of blocks) new X509Certificate(block);
    return blocks.length > 0 ? pem : undefined;
  } catch {
    return undefined;
  }
}
