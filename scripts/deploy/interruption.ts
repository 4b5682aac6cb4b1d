import { interruptProcesses } from "../support/processes";

/** One press of Ctrl-C can arrive more than once: from the terminal, and from npm, which passes it on. */
const SAME_PRESS_MS = 500;

/**
 * Has Ctrl-C (and the end of the terminal) reach each running Terraform exactly once, which then ends what it does and
 * releases its lock. Each further one is passed on, too: Terraform ends at once on the second.
 */
export class Interruption {
  readonly #controller = new AbortController();
  #last = Number.NEGATIVE_INFINITY;
  #listens = false;

  get happened(): boolean {
    return this.#controller.signal.aborted;
  }

  /** Ends what waits for a person. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** From now on; once is enough. */
  listen(): void {
    if (this.#listens) return;
    this.#listens = true;
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.on(signal, () => this.#interrupt());
  }

  #interrupt(): void {
    const now = performance.now();
    if (now - this.#last < SAME_PRESS_MS) return;
    this.#last = now;
    const running = interruptProcesses() > 0;
    const what = running ? ": Terraform ends what it is doing and releases its lock..." : ".";
    if (!this.happened) process.stderr.write(`\nInterrupted${what}\n`);
    this.#controller.abort();
  }
}
