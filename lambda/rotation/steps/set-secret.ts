import { readTags } from "../contract/tags";
import { logsIn } from "../engines/engine";
import type { Outcome, Rotation } from "../rotation";
import { assertSuccessor } from "../secret/guards";
import { readCurrent, readPending } from "../secret/versions";
import { chooseStrategy } from "../strategies/choose-strategy";

/** Makes the database accept AWSPENDING. */
export async function setSecret(rotation: Rotation): Promise<Outcome> {
  const declared = readTags(rotation.tags);
  const pendingAt = rotation.now();
  const pending = await readPending(rotation, declared);
  const current = await readCurrent(rotation, declared);
  const strategy = chooseStrategy(declared, current);
  assertSuccessor(pending, current, strategy.nextUsername(current));

  // A call that got this far before it was cut off has changed everything: each strategy sets the password last.
  if (await logsIn(pending, pending)) return "kept: AWSPENDING already logs in";
  return await strategy.setPassword({ rotation, declared, current, pending, pendingAt });
}
