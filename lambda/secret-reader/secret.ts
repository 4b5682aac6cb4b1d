/** A secret as it was at one moment. */
export interface Secret {
  /** The secret's own fields, for example `username` and `password`. */
  readonly fields: Readonly<Record<string, string | number | boolean>>;
  /** Identifies the version within its backend. */
  readonly version: string;
  readonly fetchedAt: Date;
}

/** Where secrets come from. */
export interface SecretSource {
  /** @throws SecretError */
  fetch(secretId: string): Promise<Secret>;
}
