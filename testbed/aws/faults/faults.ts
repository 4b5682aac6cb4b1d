import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "../../seeded-random";
import type { ApiCall, ApiRequest } from "../api-calls";
import { isUnsigned } from "../aws-protocol";
import { isObject } from "../requests/recorder";
import { EventualConsistency } from "./consistency";
import { type Answer, errorAnswer } from "./errors";
import { type LeftRate, Throttling } from "./throttling";

export interface FaultOptions {
  /** Of what is drawn. Requests come in another order each time, so that a run is only much alike another one. */
  readonly seed: number;
  /** An answer is up to this many milliseconds late, and one of fifty seven times as much. */
  readonly latencyMs: number;
  /** So few that whoever calls meets the limit. */
  readonly leftRate: LeftRate;
  /** For up to this many milliseconds a write is not seen, and for at least a fifth of it. */
  readonly staleMs: number;
}

/** How often each happened. */
export interface FaultCounts {
  delayed: number;
  throttled: number;
  /** Reads that answered as before a write. */
  stale: number;
  /** Uses of a role that were refused because it was new. */
  refused: number;
}

const SELDOM = 1 / 50;
const VERY_LATE = 7;

interface Injected {
  readonly latencyMs: () => number;
  readonly throttling: Throttling;
  readonly consistency: EventualConsistency;
}

/** AWS on a bad day, in front of the emulator. On a good one until {@link begin}. */
export class Faults {
  readonly counts: FaultCounts = { delayed: 0, throttled: 0, stale: 0, refused: 0 };
  /** By service and error code. */
  readonly throttled = new Map<string, number>();
  seed: number | undefined;
  #injected: Injected | undefined;

  constructor(private readonly emulatorPort: number) {}

  begin({ seed, latencyMs, leftRate, staleMs }: FaultOptions): void {
    this.seed = seed;
    const random = seededRandom(seed);
    const now = () => performance.now();
    this.#injected = {
      latencyMs: () => (random() < SELDOM ? VERY_LATE : random()) * latencyMs,
      throttling: new Throttling(leftRate, now),
      consistency: new EventualConsistency(this.emulatorPort, () => (0.2 + 0.8 * random()) * staleMs, now),
    };
  }

  /** Whether there was a bad day, over or not. */
  get hasBegun(): boolean {
    return this.seed !== undefined;
  }

  end(): void {
    this.#injected = undefined;
  }

  /**
   * To be called before the emulator gets a request. What the testbed itself asks has no bad day.
   *
   * @param body of the request, if it is text.
   * @returns what to answer in the emulator's place.
   */
  async before(call: ApiCall, request: ApiRequest, body: string | undefined): Promise<Answer | undefined> {
    if (this.#injected === undefined || isUnsigned(request.headers)) return undefined;
    const { latencyMs, throttling, consistency } = this.#injected;
    const late = latencyMs();
    if (late >= 1) this.counts.delayed += 1;
    await sleep(late);
    if (isObject(call.service, request.url)) return undefined;
    const refusal = throttling.refuse(call);
    if (refusal) {
      this.counts.throttled += 1;
      const name = `${call.service} ${refusal.code}`;
      this.throttled.set(name, (this.throttled.get(name) ?? 0) + 1);
      return errorAnswer(call.service, request, refusal);
    }
    const stale = consistency.staleAnswer(call);
    if (stale) this.counts.stale += 1;
    const refused = consistency.refusal(call, request, body);
    if (refused) this.counts.refused += 1;
    if (!stale && !refused) await consistency.beforeWrite(call, request);
    return stale ?? refused;
  }

  /** Whether {@link after} has to hear the emulator's answer. */
  concerns(call: ApiCall): boolean {
    return this.#injected?.consistency.concerns(call) ?? false;
  }

  after(call: ApiCall, request: ApiRequest, answer: string): void {
    this.#injected?.consistency.afterWrite(call, request, answer);
  }
}

/** For people. */
export function describeFaults({ seed, counts, throttled }: Faults): string {
  const { delayed, stale, refused } = counts;
  const codes = [...throttled].sort().map(([code, count]) => `${count} ${code}`);
  return (
    `seed ${seed}: ${delayed} answers late, ${counts.throttled} throttled (${codes.join(", ")}), ` +
    `${stale} old, ${refused} new roles refused`
  );
}
