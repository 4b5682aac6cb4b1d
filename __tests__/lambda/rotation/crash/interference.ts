import type { DatabaseEngine } from "../../../../lambda/rotation/engines/engine";
import type { Connect, SqlConnection } from "../../../../lambda/rotation/engines/sql-connection";
import type { SecretsManagerPort } from "../../../../lambda/rotation/ports/secrets-manager";
import { DatabaseUnavailableError, SecretsManagerError } from "../../../../lambda/rotation/support/errors";

/**
 * What happens at one call of a run:
 *
 * - `killed before`, `killed after`: the process ends there; its database connections break.
 * - `failed`: the call has no effect and an error is the answer (unreachable, throttled).
 * - `answer lost`: it has its effect, and an error is the answer.
 * - `overtaken`: before it, somebody drops the AWSPENDING label and another rotation begins or even finishes.
 * - `overtaken at once`: the same, in less time than a run takes to look at the label again.
 */
export const INTERFERENCES = [
  "killed before",
  "killed after",
  "failed",
  "answer lost",
  "overtaken",
  "overtaken at once",
] as const;
export type Interference = (typeof INTERFERENCES)[number];

/** The error of a process that is no more: whatever catches it can do nothing either. */
export class Killed extends Error {}

/** One run of the function: every call it makes to the outside passes through here, and one of them goes wrong. */
export class Run {
  calls = 0;
  /** The name of the call that went wrong. */
  hit: string | undefined;
  readonly #connections = new Set<SqlConnection>();
  #dead = false;
  #locked = false;

  constructor(
    readonly plan: { readonly at: number; readonly what: Interference } | undefined,
    readonly options: {
      /** After each call that can have changed something: what must hold at every instant. */
      readonly observe: (call: string) => Promise<void>;
      readonly overtake: (call: string, atOnce: boolean) => Promise<void>;
    },
  ) {}

  secrets(service: SecretsManagerPort): SecretsManagerPort {
    return {
      describe: (id) => this.#call("describe", () => service.describe(id)),
      getValue: (id, version) => this.#call("getValue", () => service.getValue(id, version)),
      putPending: (id, version) => this.#call("putPending", () => service.putPending(id, version), true),
      moveCurrent: (id, move) => this.#call("moveCurrent", () => service.moveCurrent(id, move), true),
      moveOvertaken: (id, move) => this.#call("moveOvertaken", () => service.moveOvertaken(id, move), true),
    };
  }

  connect(connect: Connect): Connect {
    return async (server, credentials) =>
      await this.#call("connect", async () => {
        const connection = await connect(server, credentials);
        if ("refused" in connection) return connection;
        this.#connections.add(connection);
        return {
          run: async (intent, sql, values) => {
            if (/^BEGIN|GET_LOCK/.test(sql)) this.#locked = true;
            const rows = await this.#call(
              `sql: ${intent}`,
              () => connection.run(intent, sql, values),
              !/^\s*(SELECT|SHOW)/.test(sql),
            );
            if (/^(COMMIT|ROLLBACK)|RELEASE_LOCK/.test(sql)) this.#locked = false;
            return rows;
          },
          close: async () => {
            this.#connections.delete(connection);
            await connection.close();
            this.#locked = false;
          },
        };
      });
  }

  /** After a kill: the operating system closes what the process had open. */
  async bury(): Promise<void> {
    for (const connection of this.#connections) await connection.close();
    this.#connections.clear();
  }

  get wasKilled(): boolean {
    return this.#dead;
  }

  async #call<T>(name: string, effect: () => Promise<T>, changes = false): Promise<T> {
    if (this.#dead) throw new Killed();
    const what = this.calls++ === this.plan?.at ? this.plan.what : undefined;
    if (what !== undefined) this.hit = name;
    if (what === "killed before") return this.#die();
    if (what === "failed") throw failure(name);
    // Another rotation waits for a lock that this one holds, as it does in life; a wait in vain has tests of its own.
    const isOvertaken = what === "overtaken" || what === "overtaken at once";
    if (isOvertaken && !this.#locked) await this.options.overtake(name, what === "overtaken at once");
    const result = await effect();
    if (changes) await this.options.observe(name);
    if (what === "killed after") return this.#die();
    if (what === "answer lost") throw failure(name);
    return result;
  }

  #die(): never {
    this.#dead = true;
    throw new Killed();
  }
}

function failure(call: string): Error {
  const text = { problem: `${call} failed`, code: "InjectedFailure", remedy: "None." };
  return call.startsWith("sql") || call === "connect"
    ? new DatabaseUnavailableError(text)
    : new SecretsManagerError(text);
}

/** What a database under test offers. */
export interface CrashTarget {
  readonly name: string;
  engine(connect: (own: Connect) => Connect): DatabaseEngine;
  createUser(username: string, password: string): Promise<void>;
  dropUsers(usernames: readonly string[]): Promise<void>;
  /** Compares with what the server keeps, which is far quicker than to log in. */
  accepts(username: string, password: string): Promise<boolean>;
  /**
   * As whoever has the user's password can do it: gives the user another one beside it. Missing where a user has one
   * password only.
   */
  addPassword?(username: string, password: string): Promise<void>;
  logsIn(username: string, password: string): Promise<boolean>;
  connection(username: string): Record<string, unknown>;
  readonly superuserArn: string;
  readonly grants: string;
}
