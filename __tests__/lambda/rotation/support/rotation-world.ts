import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSettings } from "../../../../lambda/rotation/contract/variables";
import type { DatabaseEngine } from "../../../../lambda/rotation/engines/engine";
import { engineRegistry } from "../../../../lambda/rotation/engines/registry";
import type { SqlConnection } from "../../../../lambda/rotation/engines/sql-connection";
import { createLog, type Log } from "../../../../lambda/rotation/ports/log";
import { rotate } from "../../../../lambda/rotation/rotate";
import type { Ports } from "../../../../lambda/rotation/rotation";
import {
  type CertificateAuthority,
  createCertificateAuthority,
} from "../../../../scripts/support/certificates";
import type { LocalMySql } from "../../../../testbed/mysql/mysql-family";
import type { LocalPostgres } from "../../../../testbed/postgres/postgres";
import { FakeSecretsManager } from "./fake-secrets-manager";

export const STEPS = ["createSecret", "setSecret", "testSecret", "finishSecret"] as const;

/** Where a world's database is, and who signs its certificate. */
export interface Place {
  readonly directory: string;
  readonly certificateAuthority: CertificateAuthority;
  readonly hosts: readonly string[];
}

type Database = LocalPostgres | LocalMySql;

/** A Secrets Manager in memory and the rotation function, for a real database. */
export abstract class RotationWorld<Of extends Database = Database> {
  readonly directory: string;
  readonly certificateAuthority: CertificateAuthority;
  readonly secrets = new FakeSecretsManager();
  readonly ownEngine: DatabaseEngine;
  readonly logLines: string[] = [];
  readonly superuserArn: string;
  readonly errorTexts: string[] = [];
  /** Replaces the engine for one test. */
  engine: DatabaseEngine;
  environment: Record<string, string>;
  /** How long the function believes to have been held up. */
  heldUpMs = 0;
  /** The function's clock, but for being held up. */
  clock = () => performance.now();

  #users = 0;

  protected constructor(
    readonly database: Of,
    { directory, certificateAuthority }: Place,
    /** What secrets name. */
    private readonly engineName: string,
    engineOf: (options: { certificateAuthorities: string; log: Log }) => DatabaseEngine,
  ) {
    this.directory = directory;
    this.certificateAuthority = certificateAuthority;
    this.superuserArn = this.secrets.create(database.superuser, {}, "superuser");
    this.environment = { DATABASE_HOSTS: "localhost", SUPERUSER_SECRET_ARN: this.superuserArn };
    this.ownEngine = engineOf({
      certificateAuthorities: certificateAuthority.certificatePem,
      log: createLog((line) => this.logLines.push(line)),
    });
    this.engine = this.ownEngine;
  }

  protected static async place(): Promise<Place> {
    return {
      directory: await mkdtemp(join(tmpdir(), "rotation-test-")),
      certificateAuthority: await createCertificateAuthority("rotation test"),
      hosts: ["localhost"],
    };
  }

  /** Throws if the database refuses the password. */
  abstract connect(username: string, password: string): Promise<SqlConnection>;
  /** As an application does it: a session with nothing but the server's defaults. */
  abstract asUser(username?: string, password?: string, ...statements: readonly string[]): Promise<unknown[]>;
  /** A user that somebody made by hand. */
  abstract createUser(username: string, password: string): Promise<void>;

  async stop(): Promise<void> {
    await this.database.stop();
    await rm(this.directory, { recursive: true });
  }

  async serverLog(): Promise<string> {
    return await this.database.serverLog();
  }

  asSuperuser(...statements: readonly string[]): ReturnType<this["asUser"]> {
    const { username, password } = this.database.superuser;
    return this.asUser(username, password, ...statements) as ReturnType<this["asUser"]>;
  }

  /** The value of a secret before its first rotation. */
  connection(username: string): Record<string, unknown> {
    const { port, databaseName: dbname } = this.database;
    return { engine: this.engineName, host: "localhost", port, dbname, username };
  }

  /** A secret with the password, which works, of a user of its own that somebody made by hand. */
  async workingSecret(
    tags: Record<string, string> = {},
    { user = `user_${this.#users++}`, ...fields }: { user?: string } & Record<string, unknown> = {},
  ): Promise<{ arn: string; user: string }> {
    const password = randomBytes(12).toString("base64url");
    await this.createUser(user, password);
    return { user, arn: this.secrets.create({ ...this.connection(user), password, ...fields }, tags) };
  }

  /** The same with what alternating users need. */
  async alternatingSecret(
    tags?: Record<string, string>,
    user?: string,
  ): Promise<{ arn: string; user: string }> {
    return await this.workingSecret(tags, { user, masterarn: this.superuserArn });
  }

  /** Runs the statements of an error's remedy, as it says. */
  async obey(failure: Error): Promise<void> {
    const command = /run as superuser: (.*)$/.exec(failure.message)?.[1] ?? "";
    await this.asSuperuser(...command.split("; "));
  }

  async logsIn(username: string | undefined, password: string | undefined): Promise<boolean> {
    if (username === undefined || password === undefined) return false;
    try {
      await (await this.connect(username, password)).close();
      return true;
    } catch {
      return false;
    }
  }

  reset(): void {
    this.engine = this.ownEngine;
    this.environment = { DATABASE_HOSTS: "localhost", SUPERUSER_SECRET_ARN: this.superuserArn };
    this.heldUpMs = 0;
    this.clock = () => performance.now();
    this.secrets.before = () => undefined;
    this.secrets.calls.length = 0;
  }

  /** Calls of Secrets Manager in one rotation. On a machine that is busy the function would look at the label again. */
  async callsOfRotation(arn: string): Promise<readonly string[]> {
    this.clock = () => 0;
    this.secrets.calls.length = 0;
    await this.rotate(arn);
    return [...this.secrets.calls];
  }

  ports(): Ports {
    return {
      secrets: this.secrets,
      engines: engineRegistry(this.engine),
      settings: readSettings(this.environment),
      log: createLog((line) => this.logLines.push(line)),
      sleep: async () => undefined,
      now: () => this.clock() + this.heldUpMs,
    };
  }

  /** Has something happen right after the next login that the database accepts. */
  whenLoggedIn(happen: () => Promise<void>): void {
    let happened = false;
    this.engine = {
      ...this.ownEngine,
      login: async (server, credentials) => {
        const login = await this.ownEngine.login(server, credentials);
        if ("session" in login && !happened) {
          happened = true;
          this.engine = this.ownEngine;
          await happen();
        }
        return login;
      },
    };
  }

  /** Of the logins from now on, those with TLS and those without. */
  watchTls(): string[] {
    const logins: string[] = [];
    this.engine = {
      ...this.ownEngine,
      login: async (server, credentials) => {
        logins.push(`${credentials.username} ${server.tls ? "with" : "without"} TLS`);
        return await this.ownEngine.login(server, credentials);
      },
    };
    return logins;
  }

  async currentLogsIn(arn: string): Promise<boolean> {
    const { username, password } = this.secrets.at(arn, "AWSCURRENT");
    return await this.logsIn(username, password);
  }

  async step(arn: string, token: string, step: string, more: object = {}): Promise<void> {
    try {
      await rotate({ SecretId: arn, ClientRequestToken: token, Step: step, ...more }, this.ports());
    } catch (error) {
      this.errorTexts.push(String(error), String((error as Error).stack), JSON.stringify(error));
      throw error;
    }
  }

  /** The steps as Secrets Manager calls them, from the first or a later one. */
  async steps(arn: string, token: string, from: (typeof STEPS)[number] = "createSecret"): Promise<void> {
    for (const step of STEPS.slice(STEPS.indexOf(from))) await this.step(arn, token, step);
    this.secrets.completeRotation(arn);
  }

  async rotate(arn: string): Promise<Record<string, string>> {
    await this.steps(arn, this.secrets.startRotation(arn));
    return this.secrets.at(arn, "AWSCURRENT");
  }

  lastLog(): Record<string, unknown> {
    return JSON.parse(this.logLines.at(-1) ?? "{}");
  }

  /** Places where a password shows up that must be nowhere: our log, our errors, the server's log. */
  async leaks(): Promise<string[]> {
    const places = {
      log: this.logLines.join("\n"),
      errors: this.errorTexts.join("\n"),
      "server log": await this.serverLog(),
    };
    const found: string[] = [];
    for (const [place, text] of Object.entries(places)) {
      for (const password of this.secrets.passwords) {
        const forms = [password, JSON.stringify(password).slice(1, -1), password.replaceAll("'", "''")];
        if (forms.some((form) => text.includes(form))) found.push(place);
      }
    }
    return found;
  }
}
