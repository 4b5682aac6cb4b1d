import { databaseVariables, type ReachedDatabase } from "../../rotation/contract/variables";
import type { Checked } from "./metrics";

export interface CheckedDatabase extends ReachedDatabase, Checked {
  /** What is assumed of a value that names none, as Vault's. */
  readonly engine: string;
}

const VARIABLE = {
  environment: "ENVIRONMENT_NAME",
  database: "DATABASE_NAME",
  engine: "DATABASE_ENGINE",
} as const;

/** The environment variables of a function that checks the secrets of one database. */
export function healthVariables({ environment, database, engine, ...reached }: CheckedDatabase) {
  return {
    ...databaseVariables(reached),
    [VARIABLE.environment]: environment,
    [VARIABLE.database]: database,
    [VARIABLE.engine]: engine,
  };
}

/** Reads what {@link healthVariables} writes, but for how to reach the database. @throws Error with the variable. */
export function readChecked(
  variables: Readonly<Record<string, string | undefined>>,
): Checked & Pick<CheckedDatabase, "engine"> {
  const read = (name: string): string => {
    const value = variables[name];
    if (value) return value;
    throw new Error(`${name} must be set, got nothing; the construct CredentialHealth sets it`);
  };
  return {
    environment: read(VARIABLE.environment),
    database: read(VARIABLE.database),
    engine: read(VARIABLE.engine),
  };
}
