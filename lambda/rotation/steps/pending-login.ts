import { readTags } from "../contract/tags";
import { withSession } from "../engines/engine";
import type { Rotation } from "../rotation";
import { readPending } from "../secret/versions";
import { LoginRefusedError } from "../support/errors";
import { quote } from "../support/text";

/** Logs in with AWSPENDING; throws if the database does not let it in. */
export async function assertPendingLogsIn(rotation: Rotation): Promise<void> {
  const pending = await readPending(rotation, readTags(rotation.tags));
  const login = await pending.engine.login(pending.server, pending);
  if ("refused" in login) {
    throw new LoginRefusedError({
      problem:
        `The database on ${quote(pending.server.host)} refused AWSPENDING for the user ` +
        `${quote(pending.username)}`,
      code: login.refused,
      remedy:
        "AWSCURRENT is unchanged. Rotate again; if it recurs, something else sets this user's password.",
    });
  }
  await withSession(login.session, (session) => session.ping());
}
