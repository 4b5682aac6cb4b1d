import { SecretsManagerError } from "../errors";
import type { Outcome, Rotation } from "../rotation";
import type { DatabaseSecret } from "../secret-value";
import { chooseStrategy } from "../strategies/strategy";
import { readTags } from "../tags";
import { readCurrent, readPending, readPendingIfWritten } from "../versions";

/**
 * Writes AWSPENDING: AWSCURRENT with a new password (and, for alternating users, the other user).
 *
 * Secrets Manager makes the AWSPENDING version without a value first, so "no value" is the normal case, and the only
 * one in which a password is made: any other failure to read must not lead to a second password.
 */
export async function createSecret(rotation: Rotation): Promise<Outcome> {
  const declared = readTags(rotation.tags);
  const current = await readCurrent(rotation, declared);
  if ((await readPendingIfWritten(rotation, declared)) !== undefined) return "kept the AWSPENDING value";

  const value = {
    ...current.fields,
    username: chooseStrategy(declared, current).nextUsername(current),
    password: await newPassword(rotation, current),
  };
  const written = await rotation.secrets.putPending(rotation.secretArn, {
    id: rotation.versionId,
    value: JSON.stringify(value),
    rotationToken: rotation.rotationToken,
  });
  if (written === "stored") return "wrote the AWSPENDING value";

  // Another invocation of this step was faster, or the read above was stale. Its value counts.
  await readPending(rotation, declared);
  return "kept the AWSPENDING value of a concurrent call";
}

async function newPassword({ secrets, settings }: Rotation, { engine }: DatabaseSecret): Promise<string> {
  const password = await secrets.randomPassword({
    ...settings.passwords,
    excludedCharacters: settings.passwords.excludedCharacters ?? engine.excludedCharacters,
  });
  if (password.length === settings.passwords.length) return password;
  throw new SecretsManagerError({
    problem: `GetRandomPassword gave ${password.length} characters instead of ${settings.passwords.length}`,
    remedy: "Check the password settings of the function.",
  });
}
