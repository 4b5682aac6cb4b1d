import type { LambdaRunner } from "../lambda/lambda-runner";
import type { LocalPostgres } from "../postgres/postgres";
import { type Credentials, logsIn } from "./credentials";
import type { SecretStore, SecretVersion } from "./secret-store";

/** The deployment that the run rotates and checks. */
export interface Deployed {
  readonly consumers: readonly { readonly functionName: string; readonly secret: string }[];
  /** Where the consumers get their secrets. */
  readonly store: SecretStore;
  /** What the consumers have to call it. */
  readonly source: string;
  readonly runner: LambdaRunner;
  readonly postgres: LocalPostgres;
  readonly certificateAuthorityPem: string;
}

/** Something that the run is there to prove does not hold. */
export class NotHeld extends Error {
  override readonly name = "NotHeld";
}

/** Rotates every secret once, at the same time. */
export async function rotateAll({ store }: Deployed): Promise<void> {
  await Promise.all(store.secrets.map((secret) => store.rotate(secret)));
}

/** Invokes every consumer: it must have read the current version and be logged in as that version's user. */
export async function consumersConnect(deployed: Deployed): Promise<string[]> {
  const { consumers, runner, store, source } = deployed;
  return await Promise.all(
    consumers.map(async ({ functionName, secret }) => {
      const { result, error, log } = await runner.invoke(functionName, {});
      if (error) throw new NotHeld(`${functionName}: ${error.errorType}: ${error.errorMessage} (${log})`);
      const answer = result as { databaseUser?: string; secretVersion?: string; secretSource?: string };
      const current = currentOf(await store.versions(secret), secret);
      if (answer.databaseUser !== current.fields.username || answer.secretVersion !== current.id) {
        throw new NotHeld(`${functionName} did not connect with the current version of ${secret} (${log})`);
      }
      if (answer.secretSource !== source) {
        throw new NotHeld(`${functionName} read from ${answer.secretSource}, not from ${source} (${log})`);
      }
      return `${functionName} is ${answer.databaseUser}`;
    }),
  );
}

export interface Count {
  readonly tried: number;
  readonly held: number;
}

export interface PasswordProof {
  /** Current passwords that log in. */
  readonly accepted: Count;
  /** Replaced passwords that do not. */
  readonly refused: Count;
}

type Kind = "current" | "replaced" | "other user";

interface Attempt {
  readonly kind: Kind;
  readonly what: string;
  readonly held: boolean;
}

/**
 * Tries every password that the secrets ever had: the current one must log in, an older one of the same user must be
 * refused. The one before is another user's where users alternate, and has to keep working.
 */
export async function provePasswords(deployed: Deployed): Promise<PasswordProof> {
  const { secrets } = deployed.store;
  const attempts = (await Promise.all(secrets.map((name) => tryPasswords(deployed, name)))).flat();
  const wrong = attempts.filter(({ held }) => !held).map(({ what }) => what);
  if (wrong.length > 0) throw new NotHeld(wrong.join("\n"));
  const count = (wanted: Kind): Count => {
    const tried = attempts.filter(({ kind }) => kind === wanted);
    return { tried: tried.length, held: tried.filter(({ held }) => held).length };
  };
  return { accepted: count("current"), refused: count("replaced") };
}

async function tryPasswords(deployed: Deployed, name: string): Promise<Attempt[]> {
  const { store, postgres, certificateAuthorityPem } = deployed;
  const versions = await store.versions(name);
  const current = currentOf(versions, name);
  const newest = new Map<string, string>();
  for (const { fields } of versions) if (isComplete(fields)) newest.set(fields.username, fields.password);
  const attempts: Attempt[] = [];
  for (const { id, fields } of versions) {
    if (!isComplete(fields)) continue;
    const valid = newest.get(fields.username) === fields.password;
    const loggedIn = await logsIn(fields, postgres.port, certificateAuthorityPem);
    attempts.push({
      kind: !valid ? "replaced" : id === current.id ? "current" : "other user",
      what: `${name}: the password of version ${id} is ${loggedIn ? "still accepted" : "refused"}`,
      held: loggedIn === valid,
    });
  }
  const has = (wanted: Kind) => attempts.some(({ kind }) => kind === wanted);
  if (!has("current")) throw new NotHeld(`${name}: the current version has no password`);
  if (!has("replaced")) throw new NotHeld(`${name}: no rotation replaced a password`);
  return attempts;
}

function currentOf(versions: readonly SecretVersion[], name: string): SecretVersion {
  const current = versions.find(({ current }) => current);
  if (!current) throw new NotHeld(`${name} has no current version`);
  return current;
}

function isComplete(fields: Partial<Credentials>): fields is Credentials {
  return fields.username !== undefined && fields.password !== undefined;
}
