import type { LambdaRunner } from "../lambda/lambda-runner";
import type { ScheduledCall } from "../operations/deployed";
import type { AnsweredCall, FunctionRead, TriedVersion } from "./checks";
import type { LocalDatabase } from "./databases/local-database";
import type { OnCall } from "./on-call";
import type { SecretStore } from "./secret-store";

/** What was deployed, as the run uses and observes it. */
export interface Deployment {
  /** Functions that read a secret and connect with it, and which one. */
  readonly functions: readonly { readonly name: string; readonly secret: string }[];
  /** Where they get their secrets. */
  readonly store: SecretStore;
  /** What they have to call it. */
  readonly source: string;
  readonly runner: Pick<LambdaRunner, "invoke">;
  readonly onCall: Pick<OnCall, "alarms" | "messagesOfFailedRotation" | "messagesOfAnswer">;
  /** What is called on a schedule: what checks credentials and quotas, and what is not to be idle for long. */
  readonly schedules: () => Promise<readonly ScheduledCall[]>;
  /** By the name of the secret, the database that has its user. */
  readonly databases: ReadonlyMap<string, Pick<LocalDatabase, "product" | "logsIn">>;
}

/** The products of the databases that have the users of secrets. */
export function productsOf({ databases }: Deployment, secrets: readonly string[]): string[] {
  return secrets.flatMap((secret) => databases.get(secret)?.product ?? []);
}

/** Rotates every secret once, at the same time. Gives who did it, by secret. */
export async function rotateAll({ store }: Deployment): Promise<ReadonlyMap<string, string>> {
  const { secrets } = store;
  return new Map(
    await Promise.all(secrets.map(async (secret) => [secret, await store.rotate(secret)] as const)),
  );
}

export async function invokeAll({ functions, runner, store, source }: Deployment): Promise<FunctionRead[]> {
  return await Promise.all(
    functions.map(async ({ name, secret }) => {
      const invocation = await runner.invoke(name, {});
      return { functionName: name, invocation, secret, versions: await store.versions(secret), source };
    }),
  );
}

/** Makes every scheduled call once, at the same time. */
export async function callScheduled({ schedules, runner, onCall }: Deployment): Promise<AnsweredCall[]> {
  return await Promise.all(
    (await schedules()).map(async ({ functionArn, event }) => {
      const invocation = await runner.invoke(functionArn, event);
      const messages = await onCall.messagesOfAnswer(functionArn, invocation.result);
      return { functionName: functionArn.replace(/^.*:function:/, ""), invocation, messages };
    }),
  );
}

/** Tries every password that a secret ever had, oldest first. */
export async function tryPasswords(
  { store, databases }: Deployment,
  secret: string,
): Promise<readonly TriedVersion[]> {
  const database = databases.get(secret);
  if (!database) throw new Error(`the secret ${secret} belongs to no database of the run`);
  const tried: TriedVersion[] = [];
  for (const { id, current, fields } of await store.versions(secret)) {
    const { host, dbname, username, password } = fields;
    if (password === undefined) continue;
    const credentials = { host: String(host), dbname: String(dbname), username: String(username), password };
    tried.push({ id, current, username: credentials.username, accepted: await database.logsIn(credentials) });
  }
  return tried;
}
