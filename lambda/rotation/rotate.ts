import { LAST_WRITTEN, OVERTAKEN, type SecretDescription } from "./ports/secrets-manager";
import type { Outcome, Ports, Step } from "./rotation";
import { parseEvent, type RotationEvent } from "./secret/rotation-event";
import { checkVersion } from "./secret/version-state";
import { createSecret } from "./steps/create-secret";
import { finishSecret } from "./steps/finish-secret";
import { setSecret } from "./steps/set-secret";
import { testSecret } from "./steps/test-secret";
import { InvalidEventError, RotationError, UnexpectedError } from "./support/errors";
import { quote } from "./support/text";

const STEPS: ReadonlyMap<string, Step> = new Map([
  ["createSecret", createSecret],
  ["setSecret", setSecret],
  ["testSecret", testSecret],
  ["finishSecret", finishSecret],
]);

/**
 * One invocation: the checks of event and version, then one step. Logs one record of how it ended; throws for Secrets
 * Manager to retry.
 */
export async function rotate(input: unknown, ports: Ports): Promise<void> {
  const started = performance.now();
  let log = ports.log;
  let event: RotationEvent | undefined;
  const durationMs = () => Math.round(performance.now() - started);
  try {
    event = parseEvent(input);
    log = log.with({ step: event.step, secretArn: event.secretId, versionId: event.versionId });
    log.info(await runStep(event, { ...ports, log }), { durationMs: durationMs() });
  } catch (error) {
    const failure = error instanceof RotationError ? error : UnexpectedError.from(error);
    if (event !== undefined) failure.locate(quote(event.step), quote(event.secretId), quote(event.versionId));
    log.error("failed", { error: failure.name, message: failure.message, durationMs: durationMs() });
    throw failure;
  }
}

async function runStep(event: RotationEvent, ports: Ports): Promise<Outcome> {
  const checkedAt = ports.now();
  const secret = await ports.secrets.describe(event.secretId);
  if (checkVersion(secret, event.versionId) === "already-current") return "nothing to do: already AWSCURRENT";

  const step = STEPS.get(event.step);
  if (step === undefined) {
    throw new InvalidEventError({
      problem: `There is no step ${quote(event.step)}`,
      remedy: `The steps are ${[...STEPS.keys()].join(", ")}.`,
    });
  }
  return await step({
    ...ports,
    secretArn: secret.arn,
    versionId: event.versionId,
    rotationToken: event.rotationToken,
    checkedAt,
    currentVersionId: versionAt(secret, "AWSCURRENT"),
    previousVersionId: versionAt(secret, "AWSPREVIOUS"),
    lastWrittenVersionId: versionAt(secret, LAST_WRITTEN),
    overtakenVersionId: versionAt(secret, OVERTAKEN),
    tags: secret.tags,
  });
}

function versionAt(secret: SecretDescription, stage: string): string | undefined {
  return [...secret.stagesByVersion].find(([, stages]) => stages.includes(stage))?.[0];
}
