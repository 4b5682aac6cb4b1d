/** Staging labels that Secrets Manager itself moves. */
export type Stage = "AWSCURRENT" | "AWSPENDING" | "AWSPREVIOUS";

export interface SecretDescription {
  readonly arn: string;
  /** Absent when rotation was never configured; AWS's functions go on then. */
  readonly rotationEnabled: boolean | undefined;
  readonly stagesByVersion: ReadonlyMap<string, readonly string[]>;
  readonly tags: ReadonlyMap<string, string>;
}

export interface PasswordPolicy {
  readonly length: number;
  readonly excluded: {
    readonly numbers: boolean;
    readonly punctuation: boolean;
    readonly uppercase: boolean;
    readonly lowercase: boolean;
  };
  /** @default - the engine's */
  readonly excludedCharacters: string | undefined;
  readonly requireEachIncludedType: boolean;
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
  getValue(secretId: string, version: { id?: string; stage: Stage }): Promise<string | undefined>;
  /** Writes the value of AWSPENDING; "exists" when that version already has another value. */
  putPending(
    secretId: string,
    version: { id: string; value: string; rotationToken: string | undefined },
  ): Promise<"stored" | "exists">;
  randomPassword(policy: PasswordPolicy & { excludedCharacters: string }): Promise<string>;
  moveCurrent(secretId: string, move: { from: string | undefined; to: string }): Promise<void>;
}
