import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSettings } from "../../../../lambda/rotation/config";
import type { DatabaseEngine } from "../../../../lambda/rotation/engines/engine";
import { connectWith } from "../../../../lambda/rotation/engines/postgresql/connection";
import { postgresql } from "../../../../lambda/rotation/engines/postgresql/engine";
import { engineRegistry } from "../../../../lambda/rotation/engines/registry";
import { createLog } from "../../../../lambda/rotation/log";
import { rotate } from "../../../../lambda/rotation/rotate";
import type { Ports } from "../../../../lambda/rotation/rotation";
import {
  type CertificateAuthority,
  createCertificateAuthority,
} from "../../../../scripts/emulator/certificates";
import { type LocalPostgres, startPostgres } from "../../../../scripts/emulator/postgres";
import { FakeSecretsManager } from "./fake-secrets-manager";

// Initialising a database takes a second, and more than jest's five on a machine that is busy with other tests.
jest.setTimeout(60_000);

export const STEPS = ["createSecret", "setSecret", "testSecret", "finishSecret"] as const;

/** A real PostgreSQL, a Secrets Manager in memory, and the rotation function between them. */
export class World {
  readonly secrets = new FakeSecretsManager();
  readonly superuserArn: string;
  readonly logLines: string[] = [];
  readonly errorTexts: string[] = [];
  readonly #engine: DatabaseEngine;
  /** Replaces the engine for one test. */
  engine: DatabaseEngine;
  environment: Record<string, string>;

  private constructor(
    readonly database: LocalPostgres,
    readonly certificateAuthority: CertificateAuthority,
    readonly directory: string,
  ) {
    this.superuserArn = this.secrets.create(database.superuser, {}, "superuser");
    this.environment = { DATABASE_HOSTS: "localhost", SUPERUSER_SECRET_ARN: this.superuserArn };
    this.#engine = postgresql({ certificateAuthorities: certificateAuthority.certificatePem });
    this.engine = this.#engine;
  }

  static async start(): Promise<World> {
    const directory = await mkdtemp(join(tmpdir(), "rotation-test-"));
    const certificateAuthority = await createCertificateAuthority("rotation test");
    const database = await startPostgres({ directory, certificateAuthority, hosts: ["localhost"] });
    return new World(database, certificateAuthority, directory);
  }

  async stop(): Promise<void> {
    await this.database.stop();
    await rm(this.directory, { recursive: true });
  }

  reset(): void {
    this.engine = this.#engine;
    this.environment = { DATABASE_HOSTS: "localhost", SUPERUSER_SECRET_ARN: this.superuserArn };
    this.secrets.before = () => undefined;
    this.secrets.calls.length = 0;
  }

  ports(): Ports {
    return {
      secrets: this.secrets,
      engines: engineRegistry(this.engine),
      settings: readSettings(this.environment),
      log: createLog((line) => this.logLines.push(line)),
      sleep: async () => undefined,
    };
  }

  /** The value of a secret before its first rotation. */
  connection(username: string): Record<string, unknown> {
    return {
      engine: "aurora-postgresql",
      host: "localhost",
      port: this.database.port,
      dbname: this.database.databaseName,
      username,
    };
  }

  /** A user that the superuser made by hand; its password is not in the server's log, which a test searches. */
  async createUser(username: string, password: string): Promise<void> {
    await this.database.asAdmin(async (admin) => {
      await admin.query(`SET ROLE ${this.database.superuser.username}`);
      await admin.query(`CREATE ROLE "${username}" LOGIN PASSWORD '${password}'`);
    });
  }

  /** As an outsider does it. */
  async setPassword(username: string, password: string): Promise<void> {
    await this.database.asAdmin((admin) => admin.query(`ALTER ROLE "${username}" PASSWORD '${password}'`));
  }

  async currentLogsIn(arn: string): Promise<boolean> {
    const { username, password } = this.secrets.at(arn, "AWSCURRENT");
    return await this.logsIn(username, password);
  }

  async asSuperuser(...statements: readonly string[]): Promise<unknown[]> {
    const { username, password } = this.database.superuser;
    return await this.asUser(username, password, ...statements);
  }

  async asUser(username = "", password = "", ...statements: readonly string[]): Promise<unknown[]> {
    const connection = await this.connect(username, password);
    try {
      const rows: unknown[] = [];
      for (const sql of statements) rows.push(...(await connection.run("use", sql)));
      return rows;
    } finally {
      await connection.close();
    }
  }

  async connect(username: string, password: string) {
    const connect = connectWith(this.certificateAuthority.certificatePem);
    const { port, databaseName } = this.database;
    const connection = await connect(
      { host: "localhost", port, database: databaseName },
      { username, password },
    );
    if ("refused" in connection) throw new Error(`${username}: ${connection.refused}`);
    return connection;
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
      "server log": await this.database.serverLog(),
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
