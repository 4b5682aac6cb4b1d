import { readTags } from "../rotation/contract/tags";
import type { CertificateEnds } from "../rotation/engines/certificates";
import { RotationError, UnexpectedError } from "../rotation/support/errors";
import { SecretError } from "../secret-reader/errors";
import type { SecretSource } from "../secret-reader/secret";
import type { Finding } from "./contract/event";
import { type LoginPorts, logIn } from "./login-health";
import type { MetadataPort } from "./ports/secret-metadata";
import { daysSince, overdue, stalePending } from "./rotation-health";

export interface HealthPorts extends LoginPorts {
  /** Where readers read, all of them. */
  readonly sources: readonly SecretSource[];
  /** Of Secrets Manager, if secrets are there. */
  readonly metadata: MetadataPort | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface SecretHealth {
  readonly findings: readonly Finding[];
  readonly daysSinceRotation?: number;
  readonly certificateEnds?: CertificateEnds;
}

/** Everything that can be wrong with one secret. Throws nothing: what cannot be found out is a finding. */
export async function checkSecret(secret: string, ports: HealthPorts): Promise<SecretHealth> {
  const findings: Finding[] = [];
  const add = (finding: Omit<Finding, "secret"> | undefined) => {
    if (finding) findings.push({ secret, ...finding });
  };
  const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      const known = error instanceof RotationError || error instanceof SecretError;
      const { name, message } = known ? error : UnexpectedError.from(error);
      add({ check: "login", message: `${name}: ${message}` });
      return undefined;
    }
  };

  const { metadata } = ports;
  const known = metadata && (await attempt(() => metadata.describe(secret)));
  if (metadata && known === undefined) {
    if (findings.length === 0) add({ check: "login", message: MISSING });
    return { findings };
  }
  if (known?.deleted) {
    add({ check: "login", message: deletedSecret(known.arn, known.deleted) });
    return { findings };
  }
  if (metadata && known) {
    await attempt(async () => add(await stalePending(known, metadata, ports.now())));
    add(overdue(known, ports.now()));
  }
  const declared = await attempt(async () => readTags(known?.tags ?? new Map()));
  if (declared === undefined) return { findings };
  const isRotated = known?.pendingVersionId !== undefined;
  let certificateEnds: CertificateEnds | undefined;
  for (const source of ports.sources) {
    const ends = await attempt(() => logIn({ name: secret, declared, isRotated }, source, ports));
    certificateEnds ??= ends;
  }
  return { findings, daysSinceRotation: daysSince(known?.lastRotated, ports.now()), certificateEnds };
}

const MISSING =
  "There is no such secret: it was deleted for good, or was never made. Deploy again, which makes it without a " +
  "password; its first rotation makes one.";

function deletedSecret(arn: string, deleted: Date): string {
  return (
    `It is marked for deletion since ${deleted.toISOString()}, and nobody can read it. Unless you mean it, run: ` +
    `aws secretsmanager restore-secret --secret-id ${arn}`
  );
}
