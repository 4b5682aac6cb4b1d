import { leaderOf } from "./one-server";
import { callVault } from "./vault-api";
import { type WholenessOptions, wholeAgain } from "./wholeness";

export interface RollOptions extends WholenessOptions {
  /** Makes a new machine of a node, with its data. */
  readonly replace: (id: string) => Promise<void>;
  readonly say: (line: string) => void;
}

/**
 * Replaces one node after the other, the leader last, and each time waits until all vote. So a server of three never
 * has less than two of them, and changes its leader once.
 */
export async function roll(options: RollOptions): Promise<void> {
  const { ids, replace, say } = options;
  const leader = await wholeAgain(options);
  for (const id of [...ids.filter((other) => other !== leader), leader]) {
    if (id === leader && ids.length > 1) {
      await stepDown(options);
      await wholeAgain(options);
      say(`${id} gave up the lead.`);
    }
    await replace(id);
    await wholeAgain(options);
    say(`${id} was replaced, and votes.`);
  }
}

async function stepDown({ reach, logIn }: RollOptions): Promise<void> {
  await reach(async (nodes) => {
    const active = await leaderOf(nodes);
    if (active) await callVault({ ...active, token: await logIn(active) }, "PUT", "sys/step-down");
  });
}
