/** Staging labels that Secrets Manager itself moves. */
export type Stage = "AWSCURRENT" | "AWSPENDING" | "AWSPREVIOUS";

/**
 * Our own label, which each new AWSPENDING value gets as well. A rotation that is given up after it set the password
 * leaves a version without AWS's labels, whose id nobody could find again; this one still leads to it.
 */
export const LAST_WRITTEN = "LAST_WRITTEN_BY_ROTATION";

/**
 * Our own label for the version that LAST_WRITTEN leads to when the next rotation takes that away: who gave its
 * rotation up may have done so while a call of it was still at work, and about to set its password.
 */
export const OVERTAKEN = "OVERTAKEN_BY_ROTATION";

export interface SecretDescription {
  readonly arn: string;
  /** Absent when rotation was never configured; AWS's functions go on then. */
  readonly rotationEnabled: boolean | undefined;
  readonly stagesByVersion: ReadonlyMap<string, readonly string[]>;
  readonly tags: ReadonlyMap<string, string>;
}

/** By id and label, which the service checks to belong together; by id alone; or by label alone. */
export type VersionReference =
  | { readonly id: string; readonly stage?: Stage }
  | { readonly id?: undefined; readonly stage: Stage };

/** Of a label, from the version that has it, if one has, to another. */
export interface Move {
  readonly from: string | undefined;
  readonly to: string;
}

/** The five calls that a rotation makes, so that a test can fail or end the run before and after each. */
export interface SecretsManagerPort {
  describe(secretId: string): Promise<SecretDescription>;
  /**
   * The text of a version; undefined where the version, or its value, does not exist.
   *
   * Give the version id whenever it is known: reading by stage alone right after a write can miss it
   * (aws/aws-sdk-js-v3 issue 7701).
   */
  getValue(secretId: string, version: VersionReference): Promise<string | undefined>;
  /**
   * Writes the value of AWSPENDING; "exists" when that version already has another value, which then stays: a version's
   * value never changes (Secrets Manager API Reference, PutSecretValue).
   */
  putPending(
    secretId: string,
    version: { id: string; value: string; rotationToken: string | undefined },
  ): Promise<"stored" | "exists">;
  moveCurrent(secretId: string, move: Move): Promise<void>;
  /** Of OVERTAKEN. */
  moveOvertaken(secretId: string, move: Move): Promise<void>;
}
