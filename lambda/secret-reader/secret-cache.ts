import type { Secret } from "./secret";

interface Entry {
  readonly secret: Promise<Secret>;
  expiresAt: number;
}

/** Keeps secrets for a while. Concurrent reads and refreshes share one fetch; a failed fetch is forgotten. */
export class SecretCache {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly timeToLiveMilliseconds: number,
    private readonly now: () => number = Date.now,
  ) {}

  get(id: string, fetch: () => Promise<Secret>, refresh: boolean): Promise<Secret> {
    const known = this.entries.get(id);
    const onItsWay = known?.expiresAt === Number.POSITIVE_INFINITY;
    if (known && (onItsWay || (!refresh && this.now() < known.expiresAt))) return known.secret;
    return this.add(id, fetch());
  }

  private add(id: string, secret: Promise<Secret>): Promise<Secret> {
    const entry: Entry = { secret, expiresAt: Number.POSITIVE_INFINITY };
    this.entries.set(id, entry);
    secret.then(
      () => {
        entry.expiresAt = this.now() + this.timeToLiveMilliseconds;
      },
      () => {
        if (this.entries.get(id) === entry) this.entries.delete(id);
      },
    );
    return secret;
  }
}
