import { SecretUnavailableError } from "./errors";
import type { Secret } from "./secret";

/** When a fetch expires that has not ended yet. */
const ON_ITS_WAY = Number.POSITIVE_INFINITY;

interface Entry {
  readonly secret: Promise<Secret>;
  readonly refreshed: boolean;
  expiresAt: number;
  /** After `expiresAt`: the end of its use in an outage. */
  endsAt: number;
  /** What was there before, until this fetch has an answer. */
  replaced?: Entry;
}

export interface SecretCacheOptions {
  readonly timeToLiveMilliseconds: (secret: Secret) => number;
  /** How much longer a secret is used in an outage. */
  readonly outageMilliseconds: number;
  /** Until the store is asked again after it did not answer. */
  readonly retryMilliseconds: number;
  /** @default Date.now */
  readonly now?: () => number;
}

/**
 * Keeps secrets for a while. Concurrent reads share one fetch, and so do concurrent refreshes; a failed fetch is
 * forgotten. One that fails in an outage leaves the secret that it was to replace, for a while longer than otherwise;
 * any other failure is an answer, for example that the secret is deleted, and the old one is forgotten, too.
 */
export class SecretCache {
  readonly #options: SecretCacheOptions;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();

  constructor(options: SecretCacheOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  get(id: string, fetch: () => Promise<Secret>, refresh: boolean): Promise<Secret> {
    const known = this.#entries.get(id);
    const isEnough = known && (refresh ? isRefreshOnItsWay(known) : this.#isFresh(known));
    const { secret } = isEnough ? known : this.#add(id, fetch(), refresh, known);
    // Whoever asked for no refresh does without it, if it leaves the old secret.
    return refresh
      ? secret
      : secret.catch((error) => {
          const left = this.#usable(this.#entries.get(id));
          if (left) return left.secret;
          throw error;
        });
  }

  #add(id: string, secret: Promise<Secret>, refreshed: boolean, replaced?: Entry): Entry {
    const entry: Entry = { secret, refreshed, expiresAt: ON_ITS_WAY, endsAt: ON_ITS_WAY, replaced };
    this.#entries.set(id, entry);
    secret.then(
      (value) => {
        entry.expiresAt = this.#now() + this.#options.timeToLiveMilliseconds(value);
        entry.endsAt = entry.expiresAt + this.#options.outageMilliseconds;
        entry.replaced = undefined;
      },
      (error) => {
        entry.expiresAt = entry.endsAt = 0;
        if (!(error instanceof SecretUnavailableError)) entry.replaced = undefined;
        const left = this.#usable(entry.replaced);
        if (left && !this.#isFresh(left))
          left.expiresAt = Math.min(this.#now() + this.#options.retryMilliseconds, left.endsAt);
        if (this.#entries.get(id) !== entry) return;
        if (left) this.#entries.set(id, left);
        else this.#entries.delete(id);
      },
    );
    return entry;
  }

  /** The newest secret that has arrived and may be used in an outage. */
  #usable(entry: Entry | undefined): Entry | undefined {
    if (!entry) return undefined;
    const hasArrived = entry.expiresAt !== ON_ITS_WAY;
    return hasArrived && this.#now() < entry.endsAt ? entry : this.#usable(entry.replaced);
  }

  #isFresh({ expiresAt }: Entry): boolean {
    return this.#now() < expiresAt;
  }
}

/** A plain read that is on its way does not do for a refresh: it began before whatever made the refresh needed. */
function isRefreshOnItsWay({ refreshed, expiresAt }: Entry): boolean {
  return refreshed && expiresAt === ON_ITS_WAY;
}
