import { SecretUnavailableError } from "./errors";
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
 * forgotten. A refresh that fails in an outage leaves the secret that it was to replace; any other failure is an
 * answer, for example that the secret is deleted, and the old one is forgotten, too.
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
    if (!known || !(refresh ? isRefreshOnItsWay(known) : this.#isFresh(known)))
      return this.#add(id, fetch(), refresh, known);
    // Whoever did not ask for the refresh does without it, if it leaves the old secret.
    return refresh
      ? known.secret
      : known.secret.catch((error) => {
          const left = this.#entries.get(id);
          if (left && this.#isFresh(left)) return left.secret;
          throw error;
        });
  }

  #add(id: string, secret: Promise<Secret>, refreshed: boolean, replaced?: Entry): Promise<Secret> {
    const entry: Entry = { secret, refreshed, expiresAt: ON_ITS_WAY };
    this.#entries.set(id, entry);
    secret.then(
      (value) => {
        entry.expiresAt = this.#now() + this.#timeToLiveMilliseconds(value);
      },
      (error) => {
        entry.expiresAt = 0;
        if (this.#entries.get(id) !== entry) return;
        if (replaced && error instanceof SecretUnavailableError) this.#entries.set(id, replaced);
        else this.#entries.delete(id);
      },
    );
    return secret;
  }

  #isFresh({ expiresAt }: Entry): boolean {
    return this.#now() < expiresAt;
  }
}

/** A plain read that is on its way does not do for a refresh: it began before whatever made the refresh needed. */
function isRefreshOnItsWay({ refreshed, expiresAt }: Entry): boolean {
  return refreshed && expiresAt === ON_ITS_WAY;
}
