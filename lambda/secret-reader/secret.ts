import type { SourceName } from "./contract/source-names";

/** A secret as it was at one moment. */
export interface Secret {
  /** The secret's own fields, for example `username` and `password`. */
  readonly fields: Readonly<Record<string, string | number | boolean>>;
  /** Identifies the version within its source: a version id of Secrets Manager, a number in Vault. */
  readonly version: string;
  readonly fetchedAt: Date;
  readonly source: SourceName;
}

/** `previous` is the version that the last rotation or change replaced. */
export type SecretVersion = "current" | "previous";

/** What a source can do besides reading the current version. */
export interface SecretCapabilities {
  readonly previousVersion: boolean;
  /** Whether a refresh can see a newer version within the life of this execution environment. */
  readonly refresh: boolean;
}

/** Where secrets come from. */
export interface SecretSource {
  readonly name: SourceName;
  readonly capabilities: SecretCapabilities;
  /**
   * Asks the backend. No cache lies in between: the reader keeps secrets itself, and two caches would be twice as
   * stale.
   *
   * @throws SecretError
   */
  fetch(name: string, version: SecretVersion): Promise<Secret>;
}
