import { readSettings } from "../../../../lambda/rotation/contract/variables";
import type { DatabaseEngine, Login } from "../../../../lambda/rotation/engines/engine";
import { mysql } from "../../../../lambda/rotation/engines/mysql/engine";
import { postgresql } from "../../../../lambda/rotation/engines/postgresql/engine";
import { engineRegistry } from "../../../../lambda/rotation/engines/registry";
import { createLog } from "../../../../lambda/rotation/ports/log";
import { rotate } from "../../../../lambda/rotation/rotate";
import { FakeSecretsManager } from "./fake-secrets-manager";

export const SUPERUSER_ARN = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:superuser-AbCdEf";

export const DATABASE = {
  engine: "postgres",
  host: "db.example",
  port: 5432,
  dbname: "app",
  username: "app",
  password: "current-password",
};

/** The rotation function without a database: for what is decided before a login, or without one. */
export class Offline {
  readonly secrets = new FakeSecretsManager();
  readonly logLines: string[] = [];
  readonly logins: string[] = [];
  environment: Record<string, string> = {
    DATABASE_HOSTS: "db.example DB2.example",
    SUPERUSER_SECRET_ARN: SUPERUSER_ARN,
  };
  /** What a login comes to. */
  login: () => Promise<Login> = async () => ({ refused: "28P01" });

  async step(arn: string, token: string, step: string, more: object = {}): Promise<void> {
    const engine: DatabaseEngine = {
      ...postgresql({ certificateAuthorities: "" }),
      login: async ({ host, tls }, { username }) => {
        this.logins.push(`${username}@${host}${tls ? "" : " without TLS"}`);
        return await this.login();
      },
    };
    await rotate(
      { SecretId: arn, ClientRequestToken: token, Step: step, ...more },
      {
        secrets: this.secrets,
        engines: engineRegistry(engine, mysql()),
        settings: readSettings(this.environment),
        log: createLog((line) => this.logLines.push(line)),
        sleep: async () => undefined,
        now: () => performance.now(),
      },
    );
  }

  /** A rotation whose AWSPENDING has this value, about to be set. */
  async pending(
    current: object,
    pending: object,
    tags: Record<string, string> = {},
  ): Promise<[string, string]> {
    const arn = this.secrets.create(current, tags);
    const id = this.secrets.startRotation(arn);
    await this.secrets.putPending(arn, { id, value: JSON.stringify(pending), rotationToken: undefined });
    this.secrets.calls.length = 0;
    return [arn, id];
  }
}
