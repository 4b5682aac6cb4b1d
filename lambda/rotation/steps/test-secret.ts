import { readTags } from "../contract/tags";
import { withSession } from "../engines/engine";
import type { Outcome, Rotation } from "../rotation";
import { readPending } from "../secret/versions";
import { LoginRefusedError } from "../support/errors";
import { quote } from "../support/text";

/**
 * Logs in with AWSPENDING. Changes nothing: with `RotateImmediately=false` Secrets Manager runs this step alone, on a
 * version that it then drops (Secrets Manager API Reference, RotateSecret).
 */
export async function testSecret(rotation: Rotation): Promise<Outcome> {
  const pending = await readPending(rotation, readTags(rotation.tags));
  const login = await pending.engine.login(pending.server, pending);
  if ("refused" in login) {
    throw new LoginRefusedError({
      problem: `The database on ${quote(pending.server.host)} refused AWSPENDING for the user ${quote(pending.username)}`,
      code: login.refused,
      remedy:
        "AWSCURRENT is unchanged. Rotate again; if it recurs, something else sets this user's password.",
    });
  }
  await withSession(login.session, (session) => session.ping());
  return "AWSPENDING logs in";
}
