import { type Secret, type SourceName, withSecret } from "../../secret-reader";
import { type DatabaseFacts, inspectDatabase } from "./inspect-database";

export interface ConsumerAnswer extends DatabaseFacts {
  /** Version of the secret that opened the connection. */
  readonly secretVersion: string;
  /** Where that version was read from. */
  readonly secretSource: SourceName;
  readonly milliseconds: { readonly secret: number; readonly database: number };
}

/** Reads the secret SECRET_NAME, connects with it and answers who it became there; never a value of the secret. */
export async function handler(): Promise<ConsumerAnswer> {
  const secretName = process.env.SECRET_NAME;
  if (!secretName) throw new Error("SECRET_NAME must name the secret to read, got nothing");

  const started = performance.now();
  return withSecret(secretName, async (secret: Secret) => {
    const read = performance.now();
    const facts = await inspectDatabase(secret.fields);
    return {
      ...facts,
      secretVersion: secret.version,
      secretSource: secret.source,
      milliseconds: { secret: Math.round(read - started), database: Math.round(performance.now() - read) },
    };
  });
}
