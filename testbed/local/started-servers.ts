import { setTimeout as sleep } from "node:timers/promises";

interface Stoppable {
  stop(): Promise<void>;
}

/** What has to be stopped at the end, also if the end comes while it is still starting. */
export class StartedServers {
  readonly #started: Promise<Stoppable>[] = [];
  #stopping = false;

  /** Starts things at the same time. If one fails, its error comes when the others are up, and can be stopped. */
  async start<T extends readonly Stoppable[]>(starting: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
    for (const one of starting) this.#add(one);
    await Promise.allSettled(starting);
    return (await Promise.all(starting)) as unknown as T;
  }

  /** Stops everything; waits for what is still starting, though not for ever: Ctrl-C has to end the run. */
  async stopAll(patienceMs = 15_000): Promise<void> {
    this.#stopping = true;
    const stopped = Promise.allSettled(this.#started.splice(0).map(stopOnceStarted));
    await Promise.race([stopped, sleep(patienceMs, undefined, { ref: false })]);
  }

  #add(starting: Promise<Stoppable>): void {
    // Too late for `stopAll`, which runs once on the way out.
    if (this.#stopping) void stopOnceStarted(starting).catch(() => {});
    else this.#started.push(starting);
  }
}

async function stopOnceStarted(starting: Promise<Stoppable>): Promise<void> {
  await (await starting).stop();
}
