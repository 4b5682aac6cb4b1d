import { randomUUID } from "node:crypto";
import type { FunctionError, LambdaRunner } from "../lambda/lambda-runner";
import { unsignedHeaders } from "./aws-protocol";
import type { SecretsManager } from "./secrets-manager";

export const ROTATION_STEPS = ["createSecret", "setSecret", "testSecret", "finishSecret"] as const;
export type RotationStep = (typeof ROTATION_STEPS)[number];

export interface Rotated {
  /** The client request token, which becomes the id of the new version. */
  readonly token: string;
  /** The rotation function that did it. */
  readonly functionArn: string;
  readonly durationsMs: Readonly<Record<RotationStep, number>>;
}

/** The rotation function refused or crashed; the pending version stays, as it does on AWS. */
export class RotationFailed extends Error {
  override readonly name = "RotationFailed";
  constructor(
    readonly step: RotationStep,
    readonly token: string,
    override readonly cause: FunctionError,
    readonly log: string,
  ) {
    super(`${step} failed with ${cause.errorType}: ${cause.errorMessage} (${log})`);
  }
}

/** Plays the part of Secrets Manager that rotates: a token, four calls of the rotation function, the labels. */
export class RotationScheduler {
  readonly #secretsManager: SecretsManager;
  readonly #runner: Pick<LambdaRunner, "invoke">;
  readonly #headers: Record<string, string>;

  constructor(secretsManager: SecretsManager, runner: Pick<LambdaRunner, "invoke">, region: string) {
    this.#secretsManager = secretsManager;
    this.#runner = runner;
    this.#headers = unsignedHeaders(region, "secretsmanager");
  }

  /** A rotation as its schedule or RotateSecret starts it. `token` is given to take up one that failed. */
  async rotate(secretArn: string, token?: string): Promise<Rotated> {
    const id = token ?? randomUUID();
    if (token === undefined) await this.#secretsManager.beginRotation(secretArn, id, this.#headers);
    const { RotationLambdaARN } = await this.#secretsManager.describe(secretArn, this.#headers);
    const functionArn = String(RotationLambdaARN);
    const durationsMs: Partial<Record<RotationStep, number>> = {};
    for (const step of ROTATION_STEPS) {
      const event = { Step: step, SecretId: secretArn, ClientRequestToken: id };
      const { error, durationMs, log } = await this.#runner.invoke(functionArn, event);
      if (error) throw new RotationFailed(step, id, error, log);
      durationsMs[step] = durationMs;
    }
    const { VersionIdsToStages: versions } = await this.#secretsManager.describe(secretArn, this.#headers);
    if (!versions?.[id]?.includes("AWSCURRENT")) {
      throw new Error(`after finishSecret the new version of ${secretArn} is not AWSCURRENT`);
    }
    await this.#secretsManager.endRotation(secretArn, this.#headers);
    return { token: id, functionArn, durationsMs: durationsMs as Record<RotationStep, number> };
  }

  /** Gives an unfinished rotation up. */
  async abandon(secretArn: string): Promise<void> {
    await this.#secretsManager.endRotation(secretArn, this.#headers);
  }
}
