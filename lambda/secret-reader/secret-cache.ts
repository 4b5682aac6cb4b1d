import type { Secret } from "./secret";

/** When a fetch expires that has not ended yet. */
const ON_ITS_WAY = Number.POSITIVE_INFINITY;

interface Entry {
  readonly secret: Promise<Secret>;
  readonly refreshed: boolean;
  expiresAt: number;
}

/**
 * Keeps secrets for a while. Concurrent reads share one fetch, and so do concurrent refreshes; a failed fetch is
 * forgotten.
 */
export class SecretCache {
  readonly #timeToLiveMilliseconds: (secret: Secret) => number;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();

  constructor(timeToLiveMilliseconds: (secret: Secret) => number, now = Date.now) {
    this.#timeToLiveMilliseconds = timeToLiveMilliseconds;
    this.#now = now;
  }

  get(id: string, fetch: () => Promise<Secret>, refresh: boolean): Promise<Secret> {
    const known = this.#entries.get(id);
    if (known && (refresh ? isRefreshOnItsWay(known) : this.#now() < known.expiresAt)) return known.secret;
    return this.#add(id, fetch(), refresh);
  }

  #add(id: string, secret: Promise<Secret>, refreshed: boolean): Promise<Secret> {
    const entry: Entry = { secret, refreshed, expiresAt: ON_ITS_WAY };
    this.#entries.set(id, entry);
    secret.then(
      (value) => {
        entry.expiresAt = this.#now() + this.#timeToLiveMilliseconds(value);
      },
      () => {
        if (this.#entries.get(id) === entry) this.#entries.delete(id);
      },
    );
    return secret;
  }
}

/** A plain read that is on its way does not do for a refresh: it may bring what an extension has cached. */
function isRefreshOnItsWay({ refreshed, expiresAt }: Entry): boolean {
  return refreshed && expiresAt === ON_ITS_WAY;
}
