import { X509Certificate } from "node:crypto";
import type { PasswordPolicy } from "../ports/secrets-manager";
import { ConfigurationError } from "../support/errors";
import { quote } from "../support/text";

/** What the function is told by its environment variables. */
export interface Settings {
  /** The only hosts this function connects to, in lower case. */
  readonly databaseHosts: ReadonlySet<string>;
  /** Those of them where a secret's `"ssl": false` is honoured. */
  readonly hostsWithoutTls: ReadonlySet<string>;
  readonly superuserSecretArn: string | undefined;
  /** PEM that replaces the RDS bundle. */
  readonly databaseCa: string | undefined;
  readonly secretsManagerEndpoint: string | undefined;
  readonly passwords: PasswordPolicy;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment once. Names and parsing of the password settings are those of AWS's rotation functions
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
  const databaseHosts = hosts("DATABASE_HOSTS");
  if (databaseHosts.size === 0)
    problems.push("DATABASE_HOSTS must name at least one host, separated by spaces");
  const hostsWithoutTls = hosts("HOSTS_WITHOUT_TLS");
  const strangers = [...hostsWithoutTls].filter((host) => !databaseHosts.has(host));
  if (strangers.length > 0) {
    problems.push(
      `HOSTS_WITHOUT_TLS must name hosts of DATABASE_HOSTS, got ${strangers.map(quote).join(", ")}`,
    );
  }

  const superuserSecretArn = text("SUPERUSER_SECRET_ARN");
  if (superuserSecretArn !== undefined && !/^arn:[\w-]+:secretsmanager:\S+$/.test(superuserSecretArn)) {
    problems.push(`SUPERUSER_SECRET_ARN must be the ARN of a secret, got ${quote(superuserSecretArn)}`);
  }

  const databaseCa = text("DATABASE_CA_PEM");
  if (databaseCa !== undefined && !isCertificateBundle(databaseCa)) {
    problems.push("DATABASE_CA_PEM must hold X.509 certificates in PEM form");
  }

  const secretsManagerEndpoint = text("SECRETS_MANAGER_ENDPOINT");
  if (secretsManagerEndpoint !== undefined && !/^https?:\/\/\S+$/.test(secretsManagerEndpoint)) {
    problems.push(`SECRETS_MANAGER_ENDPOINT must be a URL, got ${quote(secretsManagerEndpoint)}`);
  }

  const length = Number(text("PASSWORD_LENGTH") ?? "32");
  if (!Number.isInteger(length) || length < 8 || length > 128) {
    problems.push(
      `PASSWORD_LENGTH must be a whole number from 8 to 128, got ${quote(text("PASSWORD_LENGTH") ?? "")}`,
    );
  }

  const excluded = {
    numbers: flag(environment.EXCLUDE_NUMBERS, false),
    punctuation: flag(environment.EXCLUDE_PUNCTUATION, false),
    uppercase: flag(environment.EXCLUDE_UPPERCASE, false),
    lowercase: flag(environment.EXCLUDE_LOWERCASE, false),
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
    secretsManagerEndpoint,
    passwords: {
      length,
      excluded,
      // Not trimmed, and empty means "exclude nothing", as in AWS's functions.
      excludedCharacters: environment.EXCLUDE_CHARACTERS,
      requireEachIncludedType: flag(environment.REQUIRE_EACH_INCLUDED_TYPE, true),
    },
  });
}

/** AWS's parsing: four words mean true, every other text means false. */
function flag(text: string | undefined, byDefault: boolean): boolean {
  return text === undefined ? byDefault : ["true", "1", "y", "yes"].includes(text.toLowerCase());
}

function isCertificateBundle(pem: string): boolean {
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  try {
    for (const certificate of certificates) new X509Certificate(certificate);
    return certificates.length > 0;
  } catch {
    return false;
  }
}
