import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { SSMClient } from "@aws-sdk/client-ssm";

/**
 * Ends a run between two calls of AWS that change something, as a kill does: what was called has been done, what
 * follows is not. A kill before a call that only reads leaves the same.
 */
export class StoppedRun {
  private calls = 0;

  /** @param after so many such calls */
  constructor(private readonly after: number) {}

  /** Not for two runs. */
  watch<C extends SecretsManagerClient | SSMClient>(client: C): C {
    (client as SSMClient).middlewareStack.add((next, { commandName = "" }) => async (call) => {
      if (/^(Get|Describe)/.test(commandName)) return await next(call);
      if (this.calls >= this.after) throw new Error("stopped");
      const answer = await next(call);
      this.calls++;
      return answer;
    });
    return client;
  }
}

/**
 * Stops a run before its first change, and after each one in turn.
 *
 * @param begin a run with all that it needs, in a place of its own
 * @param look at what it left, and has another run end it
 * @returns how often it was stopped
 */
export async function stopEverywhere<Place>(
  place: () => Place | Promise<Place>,
  begin: (place: Place, run: StoppedRun) => Promise<unknown>,
  look: (place: Place, after: number) => Promise<void>,
): Promise<number> {
  for (let after = 0; ; after++) {
    const run = new StoppedRun(after);
    const here = await place();
    const ended = await begin(here, run).then(
      () => "ended",
      (error: Error) => error.message,
    );
    if (ended === "ended") return after;
    if (ended !== "stopped") throw new Error(`after ${after} calls: ${ended}`);
    await look(here, after);
  }
}
