import { randomBytes } from "node:crypto";
import { escapeIdentifier, escapeLiteral } from "pg";
import type { LocalPostgres } from "../postgres/postgres";
import { callVault, type VaultConnection } from "../vault/vault-api";
import type { Credentials } from "./credentials";
import type { SecretStore, SecretVersion } from "./secret-store";

export interface VaultStoreOptions {
  readonly vault: VaultConnection;
  /** API path below which the secrets are, with a slash at its end. */
  readonly path: string;
  readonly postgres: LocalPostgres;
  /** The database user of each secret by the secret's name. */
  readonly users: Readonly<Record<string, string>>;
  /** Where the database is, for whoever reads the secrets. */
  readonly database: Pick<Credentials, "host" | "dbname"> & { readonly port: number };
}

/** Vault, whose secrets somebody writes: here the run, which changes the passwords in the database too. */
export class VaultStore implements SecretStore {
  constructor(private readonly options: VaultStoreOptions) {}

  get secrets(): readonly string[] {
    return Object.keys(this.options.users);
  }

  async rotate(secret: string): Promise<void> {
    const { users, postgres } = this.options;
    const username = users[secret] ?? "";
    const password = randomBytes(24).toString("base64url");
    await postgres.asAdmin(async (admin) => {
      const { rowCount } = await admin.query("SELECT FROM pg_roles WHERE rolname = $1", [username]);
      const verb = rowCount ? "ALTER" : "CREATE";
      await admin.query(
        `${verb} ROLE ${escapeIdentifier(username)} LOGIN PASSWORD ${escapeLiteral(password)}`,
      );
    });
    await this.write(secret, { username, password });
  }

  /** Makes these the current credentials of a secret. */
  async write(
    secret: string,
    { username, password }: Pick<Credentials, "username" | "password">,
  ): Promise<void> {
    const { vault, path, database } = this.options;
    const data = { engine: "postgres", ...database, username, password };
    await callVault(vault, "POST", `${path}${secret}`, { data });
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

  private async read(path: string) {
    const { data } = await callVault(this.options.vault, "GET", path);
    return data as { data: Credentials; metadata: { version: number } };
  }
}
