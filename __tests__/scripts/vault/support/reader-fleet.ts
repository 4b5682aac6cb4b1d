import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { bundleReader, load } from "../../../../testbed/bench/reader";

type Reader = ReturnType<typeof load>;

/** How long the reader keeps a secret. */
const TIME_TO_LIVE_MS = 300_000;
const PAUSE_MS = 500;
const SECRET = "orders";

interface Member {
  readonly reader: Reader;
  /** When its secret has been kept for five minutes. */
  readonly expiresAt: number;
  readonly first: Date;
  state: "kept" | "outlived its time" | "fetched again";
}

/**
 * Execution environments of a function, each with the bundled reader and its cache, which have read their secret at
 * other moments: one after the other has to fetch it again.
 */
export class ReaderFleet {
  readonly failures: string[] = [];
  reads = 0;
  private running?: Promise<unknown>;
  private stopping = false;

  private constructor(private readonly members: readonly Member[]) {}

  /**
   * @param environment of the function
   * @param spreadMs until the last one has to fetch its secret again
   */
  static async warm(
    environment: Readonly<Record<string, string>>,
    count: number,
    spreadMs: number,
  ): Promise<ReaderFleet> {
    const { code } = await bundleReader();
    const { now } = Date;
    const own = { ...process.env };
    let earlierMs = 0;
    const members: Member[] = [];
    Object.assign(process.env, environment);
    try {
      for (let index = 1; index <= count; index++) {
        const leftMs = (spreadMs * index) / count;
        earlierMs = TIME_TO_LIVE_MS - leftMs;
        // A reader keeps the clock that it finds.
        Date.now = () => now() - earlierMs;
        const reader = load(code, require);
        const { fetchedAt: first } = await reader.readSecret(SECRET);
        members.push({ reader, expiresAt: performance.now() + leftMs, first, state: "kept" });
      }
    } finally {
      earlierMs = 0;
      Date.now = now;
      process.env = own;
    }
    return new ReaderFleet(members);
  }

  start(): void {
    this.running = Promise.all(this.members.map((member) => this.repeat(member)));
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.running;
  }

  /** How many have fetched their secret again. */
  get fetchedAgain(): number {
    return this.members.filter(({ state }) => state === "fetched again").length;
  }

  /** How many have used their secret for longer than five minutes, as there was no answer. */
  outlived = 0;

  private async repeat(member: Member): Promise<void> {
    while (!this.stopping) {
      await this.read(member).catch((error) => this.failures.push((error as Error).message));
      await sleep(PAUSE_MS);
    }
  }

  private async read(member: Member): Promise<void> {
    const hasExpired = performance.now() > member.expiresAt;
    const { fetchedAt } = await member.reader.readSecret(SECRET);
    this.reads++;
    if (fetchedAt.getTime() !== member.first.getTime()) member.state = "fetched again";
    else if (hasExpired && member.state === "kept") {
      member.state = "outlived its time";
      this.outlived++;
    }
  }
}
