import { randomBytes } from "node:crypto";
import { callVault, type VaultConnection } from "../../scripts/vault/vault-api";
import type { Credentials } from "./credentials";
import type { LocalDatabase } from "./databases/local-database";
import type { SecretStore, SecretVersion } from "./secret-store";

/** The database user of a secret. */
export interface VaultUser {
  readonly username: string;
  readonly database: LocalDatabase;
  /** The database's name for whoever reads the secret. */
  readonly host: string;
}

export interface VaultStoreOptions {
  /** The node that leads, with an operator's token: a standby of OpenBao answers a moment later what was written. */
  readonly leader: () => Promise<VaultConnection>;
  /** API path below which the secrets are, with a slash at its end. */
  readonly path: string;
  /** By the secret's name. */
  readonly users: ReadonlyMap<string, VaultUser>;
}

const THIS_RUN = "the run itself";

/** Vault, whose secrets somebody writes: here the run, which changes the passwords in the database too. */
export class VaultStore implements SecretStore {
  constructor(private readonly options: VaultStoreOptions) {}

  get secrets(): readonly string[] {
    return [...this.options.users.keys()];
  }

  rotator(): string {
    return THIS_RUN;
  }

  async rotate(secret: string): Promise<string> {
    const { username, database } = this.user(secret);
    const password = randomBytes(24).toString("base64url");
    await database.setPassword(username, password);
    await this.write(secret, { username, password });
    return THIS_RUN;
  }

  /** Makes these the current credentials of a secret. */
  async write(
    secret: string,
    { username, password }: Pick<Credentials, "username" | "password">,
  ): Promise<void> {
    const { database, host } = this.user(secret);
    const { engine, port, databaseName: dbname } = database;
    const data = { engine, host, port, dbname, username, password };
    await callVault(await this.options.leader(), "POST", `${this.options.path}${secret}`, { data });
  }

  async versions(secret: string): Promise<readonly SecretVersion[]> {
    const { path } = this.options;
    const newest = await this.read(`${path}${secret}`);
    const numbers = Array.from({ length: newest.metadata.version }, (_, index) => index + 1);
    return await Promise.all(
      numbers.map(async (version) => ({
        id: String(version),
        current: version === newest.metadata.version,
        fields: (await this.read(`${path}${secret}?version=${version}`)).data,
      })),
    );
  }

  private user(secret: string): VaultUser {
    const user = this.options.users.get(secret);
    if (!user) throw new Error(`the environment has no secret ${secret}`);
    return user;
  }

  private async read(path: string) {
    const { data } = await callVault(await this.options.leader(), "GET", path);
    return data as { data: Credentials; metadata: { version: number } };
  }
}
