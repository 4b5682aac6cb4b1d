import { setTimeout as sleep } from "node:timers/promises";
import { type Progress, seconds } from "../support/progress";
import type { Account, SecretState } from "./account";
import type { DatabaseLog, Deployed, Reader } from "./deployed";
import { passwordsIn, STATEMENTS_WITH_PASSWORDS } from "./password-statements";
import { play, type Stage } from "./stage";

export interface ProofOptions {
  readonly deployed: Deployed;
  readonly account: Account;
  readonly progress: Progress;
  /** When the rotations began that the databases' logs are searched for. */
  readonly since: Date;
  /** What a plan of each stack would change now, a line each. It may write to the terminal. */
  readonly planned: () => Promise<readonly string[]>;
  /** Ends the proof with the stage that runs. @default - nothing does */
  readonly signal?: AbortSignal;
  /** How long a rotation or a log may take. Secrets Manager tries a rotation that failed again. @default 10 minutes */
  readonly patienceMs?: number;
  /** Between two looks at what is waited for; the first pauses of a rotation are shorter. @default 5 seconds */
  readonly pauseMs?: number;
}

const PAUSE_MS = 5_000;

/** How often each secret is rotated after its first rotation: alternating users are back at the first one then. */
const ROTATIONS = 2;

/** A rotation calls a function, of which a new account may run ten at a time (AWS Lambda Developer Guide, "Quotas"). */
const AT_ONCE = 5;

/**
 * Rotates every secret of a deployed environment, and has its functions say after each rotation that they still log
 * in. It ends with the first stage that does not hold.
 */
export async function prove(options: ProofOptions): Promise<readonly Stage[]> {
  const { deployed, account, progress, planned, signal } = options;
  const stages: Stage[] = [];
  const stage = async (title: string, work: () => Promise<string>, talks?: boolean): Promise<void> => {
    const played = await play(title, work, { progress, talks });
    stages.push(played);
    if (!played.held || signal?.aborted) throw new Stopped();
  };
  const checks = async (after: string): Promise<void> => {
    await stage(`functions connect, ${after}`, () => readersConnect(account, deployed));
    await stage(`credentials log in, ${after}`, () => credentialsAreHealthy(account, deployed));
  };
  try {
    await stage("every secret has been rotated once", () => firstRotations(options));
    await checks("rotated once");
    for (let round = 1; round <= ROTATIONS; round += 1) {
      await stage(`every secret is rotated again (${round} of ${ROTATIONS})`, () => rotateAll(options));
      await checks(`rotated ${round === 1 ? "again" : "a third time"}`);
    }
    await stage("plan after the rotations", () => nothingToChange(planned), true);
    await stage("no password in the databases' logs", () => logsHaveNoPassword(options));
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  }
  return stages;
}

/** A stage did not hold, or somebody interrupted; the stages say which. */
class Stopped extends Error {}

/** Of secrets that nothing has rotated yet: with `rotation.immediately`, Secrets Manager does it by itself. */
async function firstRotations(options: ProofOptions): Promise<string> {
  const { account } = options;
  const first = await forEachSecret(options, async (name, arn) => {
    const { rotated, pending } = await account.secret(arn);
    if (rotated) return 0;
    if (pending === undefined) await account.rotate(arn);
    await rotationEnds(name, arn, (state) => state.rotated, options);
    return 1;
  });
  if (first.length === 0) return "no secret of this environment rotates";
  const now = first.reduce((sum, one) => sum + one);
  return `${now} now, ${first.length - now} before`;
}

async function rotateAll(options: ProofOptions): Promise<string> {
  const { account } = options;
  const times = await forEachSecret(options, async (name, arn) => {
    const started = performance.now();
    const { current } = await account.secret(arn);
    await account.rotate(arn);
    await rotationEnds(name, arn, (state) => state.current !== current, options);
    return performance.now() - started;
  });
  if (times.length === 0) return "no secret of this environment rotates";
  return `${times.length} secrets, the slowest in ${seconds(Math.max(...times))}`;
}

/** A few at a time, and all of them: what one has to say does not end the others. */
async function forEachSecret(
  { deployed, signal }: ProofOptions,
  work: (name: string, arn: string) => Promise<number>,
): Promise<number[]> {
  const left = Object.entries(deployed.secretArns);
  const done: number[] = [];
  const failures: string[] = [];
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next && !signal?.aborted; next = left.shift())
      await work(...next).then(
        (result) => void done.push(result),
        (error: Error) => void failures.push(error.message),
      );
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (failures.length > 0) throw new Error(failures.join("\n"));
  return done;
}

async function rotationEnds(
  name: string,
  arn: string,
  isDone: (state: SecretState) => boolean,
  options: ProofOptions,
): Promise<void> {
  let last: SecretState | undefined;
  const look = async (): Promise<boolean> => {
    last = await options.account.secret(arn);
    return isDone(last) && last.pending === undefined;
  };
  const ended = await waited(options, look, (options.pauseMs ?? PAUSE_MS) / 16);
  if (ended) return;
  const place = last?.pending === undefined ? "no rotation is pending" : `${last.pending} is AWSPENDING`;
  throw new Error(
    `the rotation of ${name} must end, and did not in time: ${place}. The log of its rotation function says why; ` +
      "docs/operations.md#a-stuck-rotation says what to do",
  );
}

/** Asks until the answer is yes; `false` where patience or the proof ends before. Pauses grow from the first one. */
async function waited(
  { patienceMs = 10 * 60_000, pauseMs = PAUSE_MS, signal }: ProofOptions,
  ask: () => Promise<boolean>,
  firstPauseMs = pauseMs,
): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  for (let pause = firstPauseMs; ; pause = Math.min(1.5 * pause, pauseMs)) {
    if (await ask()) return true;
    if (signal?.aborted || performance.now() > deadline) return false;
    await sleep(pause);
  }
}

/** The shipped samples. What another function does with a call that it does not expect, nobody here knows. */
async function readersConnect(account: Account, { readers, otherFunctions }: Deployed): Promise<string> {
  const answers = await Promise.all(readers.map((reader) => readerAnswers(account, reader)));
  const left = otherFunctions.length > 0 ? [`not called: ${otherFunctions.join(", ")}`] : [];
  return [...answers, ...left].join(", ") || "the environment lists no functions";
}

async function readerAnswers(account: Account, { functionName, logsIn, secretArn }: Reader): Promise<string> {
  const {
    databaseUser,
    secretVersion,
    version = secretVersion,
  } = Object(await account.call(functionName, {}));
  if (typeof version !== "string" || (logsIn && typeof databaseUser !== "string"))
    throw new Error(`${functionName} must answer as whom it logged in and with which version, and did not`);
  const does = logsIn ? `is ${databaseUser}` : "reads its secret";
  const current = secretArn === undefined ? version : (await account.secret(secretArn)).current;
  // A reader keeps a secret for five minutes; of alternating users, the one before still logs in.
  return `${functionName} ${does}${version === current ? "" : " with the version before, which it kept"}`;
}

async function credentialsAreHealthy(account: Account, { healthChecks }: Deployed): Promise<string> {
  const checked = await Promise.all(
    healthChecks.map(async ({ functionName, secrets }) => {
      const report = Object(await account.call(functionName, { secrets }));
      if (report.unhealthy !== 0 || report.checked !== secrets.length)
        throw new Error(
          `${functionName} must find ${secrets.length} healthy secrets, and checked ${report.checked}: ` +
            report.message,
        );
      return secrets.length;
    }),
  );
  if (checked.length === 0) return "not checked: the environment has no operations.credentialHealth";
  return `${checked.reduce((sum, one) => sum + one)} secrets log in`;
}

async function nothingToChange(planned: ProofOptions["planned"]): Promise<string> {
  const changes = await planned();
  if (changes.length > 0) throw new Error(`the plan would change: ${changes.join("; ")}`);
  return "no changes";
}

async function logsHaveNoPassword(options: ProofOptions): Promise<string> {
  const { databaseLogs } = options.deployed;
  const counts = await Promise.all(databaseLogs.map((log) => statementsIn(log, options)));
  if (counts.length === 0) return "no database was created here";
  const statements = counts.reduce((sum, one) => sum + one);
  const silent = databaseLogs.filter(({ showsRotations }) => !showsRotations).length;
  return (
    `${statements} statements about passwords in ${counts.length - silent} logs, none shows one` +
    (silent > 0 ? `; no rotation writes into ${silent} more, which show none either` : "")
  );
}

/** CloudWatch Logs gets a line some time after the database has written it. */
async function statementsIn({ group, showsRotations }: DatabaseLog, options: ProofOptions): Promise<number> {
  const { account, since } = options;
  let lines: readonly string[] = [];
  const arrived = await waited(options, async () => {
    lines = await account.logLines(group, STATEMENTS_WITH_PASSWORDS, since);
    return !showsRotations || lines.length > 0;
  });
  if (!arrived)
    throw new Error(
      `${group} must have the statements of the rotations, and none came in time: nothing is shown`,
    );
  const found = passwordsIn(lines);
  if (found > 0)
    throw new Error(
      `${group} must hold no password, and ${found} of its statements have one. Rotate the secrets of this ` +
        "database when this is mended, restrict who reads the group, and tell us: SECURITY.md says how",
    );
  return lines.length;
}
