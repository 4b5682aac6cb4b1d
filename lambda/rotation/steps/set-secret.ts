import { withSession } from "../engines/engine";
import { assertSuccessor } from "../guards";
import type { Outcome, Rotation } from "../rotation";
import { chooseStrategy } from "../strategies/strategy";
import { readTags } from "../tags";
import { readCurrent, readPending } from "../versions";

/** Makes the database accept AWSPENDING. */
export async function setSecret(rotation: Rotation): Promise<Outcome> {
  const declared = readTags(rotation.tags);
  const pendingAt = rotation.now();
  const pending = await readPending(rotation, declared);
  const current = await readCurrent(rotation, declared);
  const strategy = chooseStrategy(declared, current);
  assertSuccessor(pending, current, strategy.nextUsername(current));

  // A call that got this far before it was cut off has changed everything: each strategy sets the password last.
  const login = await pending.engine.login(pending.server, pending);
  if ("session" in login) {
    await withSession(login.session, async () => undefined);
    return "kept: AWSPENDING already logs in";
  }
  return await strategy.setPassword({ rotation, declared, current, pending, pendingAt });
}
