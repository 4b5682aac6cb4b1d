import { setTimeout as sleep } from "node:timers/promises";
import { type Progress, seconds } from "../support/progress";
import type { Account } from "./account";
import type { Deployed } from "./deployed";
import { passwordsIn, STATEMENTS_WITH_PASSWORDS } from "./password-statements";

/** What a stage has shown. */
export interface Stage {
  readonly title: string;
  readonly milliseconds: number;
  /** What it saw, or why it failed. */
  readonly detail: string;
  readonly held: boolean;
}

export interface ProofOptions {
  readonly deployed: Deployed;
  readonly account: Account;
  readonly progress: Progress;
  /** What a plan of each stack would change now, a line each. */
  readonly planned: () => Promise<readonly string[]>;
  /** How long a rotation may take. Secrets Manager tries one that failed again. @default 10 minutes */
  readonly patienceMs?: number;
  /** @default 5 seconds */
  readonly pauseMs?: number;
}

/** How often each secret is rotated after its first rotation: alternating users are back at the first one then. */
const ROTATIONS = 2;

/**
 * Rotates every secret of a deployed environment, and has its functions say after each rotation that they still log
 * in. It ends with the first stage that does not hold.
 */
export async function prove(options: ProofOptions): Promise<readonly Stage[]> {
  const { deployed, account, progress, planned } = options;
  const began = new Date();
  const stages: Stage[] = [];
  const stage = async (title: string, work: () => Promise<string>): Promise<void> => {
    stages.push(await observed(progress, title, work));
    if (!stages.at(-1)?.held) throw new Stopped();
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
    await stage("plan after the rotations", async () => {
      const changes = await planned();
      if (changes.length > 0) throw new Error(`the plan would change: ${changes.join("; ")}`);
      return "no changes";
    });
    await stage("no password in the databases' logs", () => logsHaveNoPassword(account, deployed, began));
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  }
  return stages;
}

/** A stage did not hold; the stages say which. */
class Stopped extends Error {}

/** Runs and times one stage. */
export async function observed(
  progress: Progress,
  title: string,
  work: () => Promise<string>,
): Promise<Stage> {
  const started = performance.now();
  const result = (detail: string, held: boolean): Stage => ({
    title,
    milliseconds: performance.now() - started,
    detail,
    held,
  });
  try {
    return await progress.stage(title, async (show) => {
      const detail = await work();
      show(detail);
      return result(detail, true);
    });
  } catch (error) {
    const { message } = error as Error;
    progress.say(message);
    return result(message, false);
  }
}

/** Of secrets that nothing has rotated yet: with `rotation.immediately`, Secrets Manager does it by itself. */
async function firstRotations({ deployed, account, ...options }: ProofOptions): Promise<string> {
  const rotate = async ([name, arn]: [string, string]): Promise<boolean> => {
    const { rotated, pending } = await account.secret(arn);
    if (rotated) return false;
    if (pending === undefined) await account.rotate(arn);
    await rotationEnds(account, name, arn, (state) => state.rotated, options);
    return true;
  };
  const made = await Promise.all(Object.entries(deployed.secretArns).map(rotate));
  if (made.length === 0) return "no secret of this environment rotates";
  const first = made.filter(Boolean).length;
  return `${first} now, ${made.length - first} before`;
}

async function rotateAll({ deployed, account, ...options }: ProofOptions): Promise<string> {
  const times = await Promise.all(
    Object.entries(deployed.secretArns).map(async ([name, arn]) => {
      const started = performance.now();
      const { current } = await account.secret(arn);
      await account.rotate(arn);
      await rotationEnds(account, name, arn, (state) => state.current !== current, options);
      return performance.now() - started;
    }),
  );
  if (times.length === 0) return "no secret of this environment rotates";
  return `${times.length} secrets, the slowest in ${seconds(Math.max(...times))}`;
}

async function rotationEnds(
  account: Account,
  name: string,
  arn: string,
  isDone: (state: Awaited<ReturnType<Account["secret"]>>) => boolean,
  { patienceMs = 10 * 60_000, pauseMs = 5_000 }: Pick<ProofOptions, "patienceMs" | "pauseMs">,
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const state = await account.secret(arn);
    if (isDone(state) && state.pending === undefined) return;
    if (performance.now() > deadline) {
      const place = state.pending === undefined ? "no rotation is pending" : `${state.pending} is AWSPENDING`;
      throw new Error(
        `the rotation of ${name} must end within ${seconds(patienceMs)}, and did not: ${place}. The log of its ` +
          "rotation function says why; docs/operations.md#a-stuck-rotation says what to do",
      );
    }
    await sleep(pauseMs);
  }
}

/** The shipped samples. What another function does with a call that it does not expect, nobody here knows. */
async function readersConnect(account: Account, { readers, otherFunctions }: Deployed): Promise<string> {
  const users = await Promise.all(
    readers.map(async (name) => {
      const { databaseUser } = Object(await account.call(name, {}));
      if (typeof databaseUser !== "string")
        throw new Error(`${name} must answer which database user it became, and did not`);
      return `${name} is ${databaseUser}`;
    }),
  );
  const left = otherFunctions.length > 0 ? [`not called: ${otherFunctions.join(", ")}`] : [];
  return [...users, ...left].join(", ") || "the environment lists no functions";
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

async function logsHaveNoPassword(
  account: Account,
  { databaseLogs }: Deployed,
  since: Date,
): Promise<string> {
  const searched = await Promise.all(
    databaseLogs.map(async (group) => {
      const lines = await account.logLines(group, STATEMENTS_WITH_PASSWORDS, since);
      const found = passwordsIn(lines);
      if (found > 0)
        throw new Error(
          `${group} must hold no password, and ${found} of its statements have one. Rotate the secrets of this ` +
            "database when this is mended, restrict who reads the group, and tell us: SECURITY.md says how",
        );
      return lines.length;
    }),
  );
  if (searched.length === 0) return "no database was created here";
  const statements = searched.reduce((sum, one) => sum + one);
  return `${statements} statements about passwords in ${searched.length} logs, none shows one`;
}
