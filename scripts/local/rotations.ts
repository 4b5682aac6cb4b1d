import type { LambdaRunner } from "../emulator/lambda-runner";
import type { LocalPostgres } from "../emulator/postgres";
import type { RotationScheduler } from "../emulator/rotation-scheduler";
import { type Credentials, logsIn, readVersions, type SecretVersion } from "./credentials";

/** The deployment that the run rotates and checks. */
export interface Deployed {
  readonly motoEndpoint: string;
  readonly region: string;
  /** By name of the secret. */
  readonly secretArns: Readonly<Record<string, string>>;
  readonly consumers: readonly { readonly functionName: string; readonly secret: string }[];
  readonly scheduler: RotationScheduler;
  readonly runner: LambdaRunner;
  readonly postgres: LocalPostgres;
  readonly certificateAuthorityPem: string;
}

/** Something that the run is there to prove does not hold. */
export class NotHeld extends Error {
  override readonly name = "NotHeld";
}

/** Rotates every secret once, at the same time. */
export async function rotateAll({ secretArns, scheduler }: Deployed): Promise<void> {
  await Promise.all(Object.values(secretArns).map((arn) => scheduler.rotate(arn)));
}

/** Invokes every consumer: it must have read the current version and be logged in as that version's user. */
export async function consumersConnect(deployed: Deployed): Promise<string[]> {
  const { consumers, runner, secretArns, motoEndpoint, region } = deployed;
  return await Promise.all(
    consumers.map(async ({ functionName, secret }) => {
      const { result, error, log } = await runner.invoke(functionName, {});
      if (error) throw new NotHeld(`${functionName}: ${error.errorType}: ${error.errorMessage} (${log})`);
      const answer = result as { databaseUser?: string; secretVersion?: string };
      const current = currentOf(await readVersions(motoEndpoint, region, secretArns[secret] ?? ""), secret);
      if (answer.databaseUser !== current.fields.username || answer.secretVersion !== current.id) {
        throw new NotHeld(`${functionName} did not connect with the current version of ${secret} (${log})`);
      }
      return `${functionName} is ${answer.databaseUser}`;
    }),
  );
}

export interface PasswordProof {
  readonly accepted: number;
  readonly refused: number;
}

/**
 * Tries every password that the secrets ever had: the current one must log in, an older one of the same user must be
 * refused. The one before is another user's where users alternate, and has to keep working.
 */
export async function provePasswords(deployed: Deployed): Promise<PasswordProof> {
  const { secretArns, motoEndpoint, region, postgres, certificateAuthorityPem } = deployed;
  const proofs = await Promise.all(
    Object.entries(secretArns).map(async ([name, arn]) => {
      const versions = await readVersions(motoEndpoint, region, arn);
      const current = currentOf(versions, name);
      const newest = new Map<string, string>();
      for (const { fields } of versions) if (isComplete(fields)) newest.set(fields.username, fields.password);
      let [accepted, refused] = [0, 0];
      for (const { id, fields } of versions) {
        if (!isComplete(fields)) continue;
        const expected = newest.get(fields.username) === fields.password;
        if ((await logsIn(fields, postgres.port, certificateAuthorityPem)) !== expected) {
          throw new NotHeld(
            `${name}: the password of version ${id} is ${expected ? "refused" : "still accepted"}`,
          );
        }
        if (expected && id === current.id) accepted += 1;
        if (!expected) refused += 1;
      }
      if (accepted === 0) throw new NotHeld(`${name}: the current version has no password`);
      if (refused === 0) throw new NotHeld(`${name}: no rotation replaced a password`);
      return { accepted, refused };
    }),
  );
  const sum = (count: keyof PasswordProof) => proofs.reduce((total, proof) => total + proof[count], 0);
  return { accepted: sum("accepted"), refused: sum("refused") };
}

/** All passwords that these secrets ever had. */
export async function passwordsOf(
  motoEndpoint: string,
  region: string,
  arns: readonly string[],
): Promise<string[]> {
  const secrets = await Promise.all(arns.map((arn) => readVersions(motoEndpoint, region, arn)));
  return secrets.flat().flatMap(({ fields }) => fields.password ?? []);
}

function currentOf(versions: readonly SecretVersion[], name: string): SecretVersion {
  const current = versions.find(({ labels }) => labels.includes("AWSCURRENT"));
  if (!current) throw new NotHeld(`${name} has no current version`);
  return current;
}

function isComplete(fields: Partial<Credentials>): fields is Credentials {
  return fields.username !== undefined && fields.password !== undefined;
}
