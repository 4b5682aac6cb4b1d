import { type Declaration, readTags } from "../contract/tags";
import { withSession } from "../engines/engine";
import type { Outcome, Rotation } from "../rotation";
import { hasPassword } from "../secret/secret-value";
import { readCurrent, readPending } from "../secret/versions";
import { LoginRefusedError } from "../support/errors";
import { quote } from "../support/text";

/**
 * Logs in with AWSPENDING. Changes nothing: with `RotateImmediately=false` Secrets Manager runs this step alone, on a
 * version that it then drops (Secrets Manager API Reference, RotateSecret).
 */
export async function testSecret(rotation: Rotation): Promise<Outcome> {
  const declared = readTags(rotation.tags);
  if (await isBeforeBootstrap(rotation, declared)) {
    return "nothing to test: the secret was not rotated yet, and has no password before that";
  }
  const pending = await readPending(rotation, declared);
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

/** Of a secret that this function has written no version of; in a rotation, createSecret has. */
async function isBeforeBootstrap(rotation: Rotation, declared: Declaration): Promise<boolean> {
  return rotation.lastWrittenVersionId === undefined && !hasPassword(await readCurrent(rotation, declared));
}
