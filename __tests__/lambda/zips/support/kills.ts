import fc from "fast-check";
import { ROTATION_STEPS, RotationFailed } from "../../../../testbed/aws/rotation-scheduler";
import { SERVERS_AT_HAND } from "../../rotation/support/mysql-servers";
import { type Deployment, STRATEGIES, type Strategy } from "./deployment";

/** Of each server and strategy: KILLS, or so many that they are KILLS_IN_ALL at least. */
export function killsOfEach(
  { KILLS, KILLS_IN_ALL }: Readonly<Record<string, string | undefined>>,
  servers: number,
): number {
  if (KILLS !== undefined) return Number(KILLS);
  return KILLS_IN_ALL === undefined ? 2 : Math.ceil(Number(KILLS_IN_ALL) / (servers * STRATEGIES.length));
}

// PostgreSQL comes as a package.
export const KILLS = killsOfEach(process.env, 1 + SERVERS_AT_HAND.length);
const SEED = Number(process.env.KILLS_SEED ?? Date.now() % 2 ** 31);

const kill = fc.record({
  step: fc.constantFrom(...ROTATION_STEPS),
  /** From where the step begins, 0, to about where it is over, 1. */
  moment: fc.double({ min: 0, max: 1, noNaN: true }),
  isNewSecret: fc.boolean(),
  /** The same rotation goes on, or else it is given up and another one begins. */
  goesOn: fc.boolean(),
});

type Value = Readonly<Record<string, string>> | undefined;

/**
 * Kills the function's process at random moments, the first time where its step begins: that one is always in time.
 * After each kill somebody can log in, and the next rotation succeeds.
 *
 * @returns a line on what was done.
 */
export async function playKills(
  deployment: Deployment,
  strategy: Strategy,
  logsIn: (value: Value) => Promise<boolean>,
): Promise<string> {
  const idleMs = (await deployment.invoke("", {})).durationMs;
  let arn = await deployment.createSecret(strategy);
  let { durationsMs } = await deployment.rotate(arn);
  let killed = 0;
  const drawn = fc.sample(kill, { numRuns: KILLS, seed: SEED });
  for (const played of drawn.map((one, index) => (index === 0 ? { ...one, moment: 0 } : one))) {
    const broken = (what: string, cause?: unknown) =>
      new Error(`KILLS=${KILLS} KILLS_SEED=${SEED}: after ${JSON.stringify(played)} ${what}`, { cause });
    const { step, moment, isNewSecret, goesOn } = played;
    if (isNewSecret) arn = await deployment.createSecret(strategy);
    const afterMs = moment * Math.max(durationsMs[step] - idleMs, 10);
    const failure = await deployment.rotate(arn, { kill: { step, afterMs } }).catch((error) => error);
    if (failure instanceof Error) {
      if (!(failure instanceof RotationFailed && failure.cause.errorType === "Runtime.ExitError"))
        throw broken("the step failed by itself", failure);
      killed++;
      const current = await deployment.value(arn, "AWSCURRENT");
      const pending = strategy === "single-user" ? await deployment.value(arn, "AWSPENDING") : undefined;
      // Before the first rotation nobody has a password.
      if (current?.password && !(await logsIn(current)) && !(await logsIn(pending)))
        throw broken("nobody can log in");
      if (!goesOn) await deployment.abandon(arn);
      ({ durationsMs } = await deployment
        .rotate(arn, goesOn ? { token: failure.token } : {})
        .catch((error) => {
          throw broken("the next rotation does not repair it", error);
        }));
    }
    if (!(await logsIn(await deployment.value(arn, "AWSCURRENT"))))
      throw broken("AWSCURRENT does not log in");
  }
  if (killed === 0)
    throw new Error(`KILLS=${KILLS} KILLS_SEED=${SEED}: each step was over before it could be killed`);
  return `${KILLS} times kill -9 (KILLS_SEED=${SEED}), ${killed} of them before the step was over, 0 lock-outs`;
}
