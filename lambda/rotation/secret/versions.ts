import type { Declaration } from "../contract/tags";
import type { Rotation } from "../rotation";
import { InvalidSecretError, VersionStateError } from "../support/errors";
import { assertTrusted, sameServer } from "./guards";
import {
  type DatabaseSecret,
  hasPassword,
  parseDatabaseSecret,
  type SecretWithPassword,
} from "./secret-value";
import { checkVersion } from "./version-state";

/** Milliseconds before each further read of a version that was written a moment ago. */
const READ_AFTER_WRITE_DELAYS = [100, 300, 1_000];

/** AWSCURRENT; without a password before the first rotation. Trusted: a caller may connect with it. */
export async function readCurrent(rotation: Rotation, declared: Declaration): Promise<DatabaseSecret> {
  const { currentVersionId: id, secrets, secretArn, engines } = rotation;
  const text = id === undefined ? undefined : await secrets.getValue(secretArn, { id, stage: "AWSCURRENT" });
  if (text === undefined) {
    throw new VersionStateError({
      problem: "The secret has no AWSCURRENT version with a value, so there is nothing to rotate",
      remedy: "Put a value into the secret: the connection, and the password if the user already exists.",
    });
  }
  const current = parseDatabaseSecret(text, "AWSCURRENT", engines);
  assertTrusted(current, declared, rotation);
  return current;
}

/** AWSPENDING if createSecret has written it. Trusted. */
export async function readPendingIfWritten(
  rotation: Rotation,
  declared: Declaration,
): Promise<SecretWithPassword | undefined> {
  const { secrets, secretArn, versionId: id, engines } = rotation;
  const text = await secrets.getValue(secretArn, { id, stage: "AWSPENDING" });
  if (text === undefined) return undefined;
  const pending = parseDatabaseSecret(text, "AWSPENDING", engines);
  assertTrusted(pending, declared, rotation);
  if (hasPassword(pending)) return pending;
  throw new InvalidSecretError({
    problem: "The value of AWSPENDING has no password",
    remedy: "Remove the AWSPENDING label from this version and rotate again.",
  });
}

/** AWSPENDING, which createSecret has written, perhaps so lately that a read can still miss it. Trusted. */
export async function readPending(rotation: Rotation, declared: Declaration): Promise<SecretWithPassword> {
  for (const delay of [...READ_AFTER_WRITE_DELAYS, undefined]) {
    const pending = await readPendingIfWritten(rotation, declared);
    if (pending !== undefined) return pending;
    if (delay !== undefined) await rotation.sleep(delay);
  }
  throw new VersionStateError({
    problem: "The AWSPENDING version has no value",
    remedy:
      "If createSecret failed before, rotate again. If Secrets Manager says that an earlier rotation is not " +
      `complete, run: aws secretsmanager update-secret-version-stage --secret-id ${rotation.secretArn} ` +
      `--version-stage AWSPENDING --remove-from-version-id ${rotation.versionId}`,
  });
}

/** How long a version is taken to be AWSPENDING still without asking. */
const FRESH_MS = 500;

/**
 * A fence against a run that was held up: by now another rotation may have replaced this one, finished, and made
 * another password AWSCURRENT, which a late change in the database would lock out. It holds where it runs inside the
 * session's `transaction`, which the other rotation must get through as well, unless another user keeps its lock from
 * both. Costs a call only where time has passed; what slips through before, the next rotation repairs
 * (`readAbandoned`).
 */
export async function assertStillPending(rotation: Rotation, since: number): Promise<void> {
  if (rotation.now() - since <= FRESH_MS) return;
  checkVersion(await rotation.secrets.describe(rotation.secretArn), rotation.versionId);
}

/** The last written version, if its rotation was given up: none of AWS's labels leads to it. */
export function abandonedVersionId(rotation: Rotation): string | undefined {
  const { versionId, currentVersionId, previousVersionId, lastWrittenVersionId: id } = rotation;
  return [versionId, currentVersionId, previousVersionId].includes(id) ? undefined : id;
}

/**
 * The value of a rotation that was given up: the database may have its password, and nothing else may have it. Only for
 * the same user on the same server as AWSCURRENT.
 */
export async function readAbandoned(
  { secrets, secretArn, engines }: Rotation,
  current: DatabaseSecret,
  id: string | undefined,
): Promise<SecretWithPassword | undefined> {
  const text = id === undefined ? undefined : await secrets.getValue(secretArn, { id });
  if (text === undefined) return undefined;
  const abandoned = parseDatabaseSecret(text, "the abandoned version", engines);
  return hasPassword(abandoned) &&
    abandoned.username === current.username &&
    abandoned.engine === current.engine &&
    sameServer(abandoned, current)
    ? abandoned
    : undefined;
}

/** AWSPREVIOUS if there is one. Not checked against the guards: compare it with a trusted value before use. */
export async function readPrevious(rotation: Rotation): Promise<DatabaseSecret | undefined> {
  const { previousVersionId: id, secrets, secretArn, engines } = rotation;
  if (id === undefined) return undefined;
  const text = await secrets.getValue(secretArn, { id, stage: "AWSPREVIOUS" });
  return text === undefined ? undefined : parseDatabaseSecret(text, "AWSPREVIOUS", engines);
}
