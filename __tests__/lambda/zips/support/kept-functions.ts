import type { FunctionProcess } from "../../../../testbed/lambda/function-process";
import type { Invocation, LambdaRunner } from "../../../../testbed/lambda/lambda-runner";

interface Kept {
  readonly process: FunctionProcess;
  readonly log: string;
}

/** Keeps a function's process for its next call, as Lambda does, until the process ends or takes too long. */
export class KeptFunctions implements Pick<LambdaRunner, "invoke"> {
  readonly #kept = new Map<string, Kept>();

  constructor(private readonly runner: Pick<LambdaRunner, "start">) {}

  async invoke(name: string, event: unknown, killAfterMs?: number): Promise<Invocation> {
    const { process, log } = this.#kept.get(name) ?? (await this.#start(name));
    const started = performance.now();
    const answer = await process.invoke(event, killAfterMs);
    const durationMs = performance.now() - started;
    if (/^(Runtime\.ExitError|Sandbox\.Timedout)$/.test(answer.error?.errorType ?? "")) {
      this.#kept.delete(name);
      await process.end();
    }
    return { ...answer, durationMs, log };
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#kept.values()].map(({ process }) => process.end()));
    this.#kept.clear();
  }

  async #start(name: string): Promise<Kept> {
    const kept = await this.runner.start(name);
    this.#kept.set(name, kept);
    return kept;
  }
}
