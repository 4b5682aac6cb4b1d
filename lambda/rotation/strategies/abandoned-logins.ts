import type { DatabaseSession } from "../engines/engine";
import type { Rotation } from "../rotation";
import type { DatabaseSecret } from "../secret/secret-value";
import { abandonedVersionId, readAbandoned } from "../secret/versions";

/**
 * Logs in as AWSCURRENT's user with a password that no label of AWS's leads to: that of a rotation which was given up,
 * and set it before or, as late as now, after another one took its place.
 */
export async function loginWithAbandoned(
  rotation: Rotation,
  current: DatabaseSecret,
  tried: string[],
): Promise<DatabaseSession | undefined> {
  for (const id of new Set([abandonedVersionId(rotation), rotation.overtakenVersionId])) {
    if (id === rotation.versionId) continue;
    const abandoned = await readAbandoned(rotation, current, id);
    if (abandoned === undefined) continue;
    const login = await current.engine.login(current.server, abandoned);
    if ("session" in login) return login.session;
    tried.push(`the version ${id} of a rotation that was given up: refused [${login.refused}]`);
  }
  return undefined;
}
