import { createHash } from "node:crypto";
import { databaseVariables, type ReachedDatabase } from "../../rotation/contract/variables";
import { type Environment, required } from "../../secret-reader/environment";
import type { Checked } from "./metrics";

export interface CheckedDatabase extends ReachedDatabase, Checked {
  /** What is assumed of a value that names none, as Vault's. */
  readonly engine: string;
  /** Names of all its secrets. */
  readonly secrets: readonly string[];
}

export const VARIABLE = {
  environment: "ENVIRONMENT_NAME",
  database: "DATABASE_NAME",
  engine: "DATABASE_ENGINE",
  secrets: "SECRETS_DIGEST",
} as const;

/** The environment variables of a function that checks the secrets of one database. */
export function healthVariables({ environment, database, engine, secrets, ...reached }: CheckedDatabase) {
  return {
    ...databaseVariables(reached),
    [VARIABLE.environment]: environment,
    [VARIABLE.database]: database,
    [VARIABLE.engine]: engine,
    [VARIABLE.secrets]: digestOf(secrets),
  };
}

/** Reads what {@link healthVariables} writes, but for how to reach the database. @throws Error with the variable. */
export function readChecked(
  variables: Environment,
): Checked &
  Pick<CheckedDatabase, "engine"> & { readonly isComplete: (secrets: readonly string[]) => boolean } {
  const read = (name: string) => required(variables, name, "be set", "the construct CredentialHealth");
  const digest = read(VARIABLE.secrets);
  return {
    environment: read(VARIABLE.environment),
    database: read(VARIABLE.database),
    engine: read(VARIABLE.engine),
    isComplete: (secrets) => digestOf(secrets) === digest,
  };
}

/** Stands for the names: a function has 4 KB for its variables (AWS Lambda Developer Guide, "Lambda quotas"). */
function digestOf(secrets: readonly string[]): string {
  const names = [...new Set(secrets)].sort();
  return createHash("sha256").update(JSON.stringify(names)).digest("base64");
}
