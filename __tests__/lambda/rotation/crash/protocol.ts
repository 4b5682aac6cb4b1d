import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { readSettings } from "../../../../lambda/rotation/contract/variables";
import { engineRegistry } from "../../../../lambda/rotation/engines/registry";
import { createLog } from "../../../../lambda/rotation/ports/log";
import { LAST_WRITTEN, OVERTAKEN } from "../../../../lambda/rotation/ports/secrets-manager";
import { rotate } from "../../../../lambda/rotation/rotate";
import { UnexpectedError } from "../../../../lambda/rotation/support/errors";
import type { FakeSecretsManager } from "../support/fake-secrets-manager";
import { STEPS } from "../support/rotation-world";
import { type CrashTarget, INTERFERENCES, type Interference, Run } from "./interference";

/** Every so many calls one goes wrong, and which ones is drawn anew each time: `npm run soak` has all go wrong. */
const STRIDE = Number(process.env.CRASH_STRIDE ?? 8);
const SEED = Number(process.env.CRASH_SEED ?? Date.now() % 2 ** 31);

/**
 * How a secret begins. The twin of `alternating, new` does not exist yet; bootstrap has no user at all; a foreign
 * password is one that somebody gave the user beside AWSCURRENT's.
 */
export const SITUATIONS = [
  "bootstrap, single-user",
  "bootstrap, alternating-users",
  "single-user",
  "single-user, foreign password",
  "alternating-users, new",
  "alternating-users",
] as const;
export type Situation = (typeof SITUATIONS)[number];

function situationsOn({ addPassword }: CrashTarget): readonly Situation[] {
  return SITUATIONS.filter((situation) => addPassword !== undefined || !situation.includes("foreign"));
}

/** What Secrets Manager, or a human, does after a run that ended badly. */
export interface Sequel {
  /** How many steps before the one that failed the retry begins. */
  readonly back: number;
  /** Each step that often. */
  readonly times: 1 | 2;
  /** Instead of a retry, a human drops the label and rotates anew, or puts the current value again. */
  readonly human: "nothing" | "drops AWSPENDING" | "puts the value again";
  /** Goes wrong in the retry. */
  readonly again: { readonly at: number; readonly what: Interference } | undefined;
}

export interface Case {
  readonly situation: Situation;
  readonly at: number;
  readonly what: Interference;
  /** Of `overtaken`: how many of its steps the other rotation gets done. */
  readonly overtakenBy: number;
  readonly sequel: Sequel;
}

const interference = fc.constantFrom(...INTERFERENCES);

const anyCaseOn = (target: CrashTarget): fc.Arbitrary<Case> =>
  fc.record({
    situation: fc.constantFrom(...situationsOn(target)),
    at: fc.nat(999),
    what: interference,
    overtakenBy: fc.integer({ min: 0, max: STEPS.length }),
    sequel: fc.record({
      back: fc.nat(3),
      times: fc.constantFrom(1, 2),
      human: fc.constantFrom("nothing", "nothing", "drops AWSPENDING", "puts the value again"),
      again: fc.option(fc.record({ at: fc.nat(40), what: interference }), { nil: undefined }),
    }),
  });

export const PLAIN: Sequel = { back: 0, times: 1, human: "nothing", again: undefined };

/**
 * Plays Secrets Manager against the rotation function on a real database.
 *
 * A secret is used again by the next case of its situation, so that odd states can add up.
 */
export class Protocol {
  cases = 0;
  /** Cases in which the call that should go wrong was reached. */
  hits = 0;
  calls = 0;
  #users = 0;
  #heldUpMs = 0;
  #wroteTooLate = false;
  #overtakenAtOnce = false;
  readonly #reused = new Map<Situation, string>();
  #other: { token: string; done: number } | undefined;

  constructor(
    readonly target: CrashTarget,
    readonly secrets: FakeSecretsManager,
  ) {}

  /** Calls that an undisturbed run makes. */
  readonly lengths = new Map<Situation, number>();

  get summary(): string {
    return (
      `${this.target.name}: ${this.cases} crash cases (CRASH_STRIDE=${STRIDE} CRASH_SEED=${SEED}), ${this.hits} of ` +
      `them reached the call, ${this.calls} calls, 0 lock-outs`
    );
  }

  /** @returns whether the run was long enough to reach the call that should go wrong. */
  async play({ situation, at, what, overtakenBy, sequel }: Case): Promise<boolean> {
    this.cases++;
    const arn = await this.#secretFor(situation);
    const foreign = situation.includes("foreign") ? await this.#addForeignPassword(arn) : undefined;
    const token = this.secrets.startRotation(arn);
    this.#heldUpMs = 0;
    this.#other = undefined;
    this.#wroteTooLate = false;
    this.#overtakenAtOnce = false;

    const first = this.#run(arn, token, { at, what }, overtakenBy);
    let done = await this.#steps(first, arn, token, 0, 1);
    if (first.hit !== undefined) this.hits++;
    else this.lengths.set(situation, first.calls);

    if (sequel.human !== "nothing" && done < STEPS.length && this.#other === undefined) {
      if (sequel.human === "puts the value again") this.secrets.put(arn, this.secrets.at(arn, "AWSCURRENT"));
      else this.secrets.abandonRotation(arn);
      await this.#observe(arn, "human");
    } else if (done < STEPS.length && this.#other === undefined) {
      const retry = this.#run(arn, token, sequel.again, overtakenBy);
      done = await this.#steps(retry, arn, token, Math.max(0, done - sequel.back), sequel.times);
    }
    await this.#converge(arn);
    if (foreign !== undefined && (await this.target.accepts(foreign.username, foreign.password))) {
      throw new BrokenLaw("a foreign password outlived the rotation");
    }
    await this.#finish(arn, situation);
    return first.hit !== undefined;
  }

  async #addForeignPassword(arn: string): Promise<{ username: string; password: string }> {
    const { username = "" } = this.secrets.at(arn, "AWSCURRENT");
    const password = randomBytes(9).toString("hex");
    await this.target.addPassword?.(username, password);
    return { username, password };
  }

  async #secretFor(situation: Situation): Promise<string> {
    const known = this.#reused.get(situation);
    if (known !== undefined) return known;
    const user = `c${this.#users++}`;
    const strategy = situation.includes("alternating") ? "alternating-users" : "single-user";
    const tags = { "rotation:strategy": strategy, "rotation:grants": this.target.grants };
    const boot = situation.startsWith("bootstrap");
    const password = randomBytes(9).toString("hex");
    if (!boot) await this.target.createUser(user, password);
    // Without TLS, of which there are tests elsewhere: it would take half of the time.
    const value = { ...this.target.connection(user), ssl: false, ...(!boot && { password }) };
    const arn = this.secrets.create(value, boot ? { ...tags, "rotation:user": user } : tags);
    if (situation.startsWith("single-user") || situation === "alternating-users") {
      this.#reused.set(situation, arn);
      // The situation is that of a pair, or a user, that has been rotated before.
      await this.#converge(arn);
    }
    return arn;
  }

  /** @returns how many steps of the four have succeeded in a row. */
  async #steps(run: Run, arn: string, token: string, from: number, times: number): Promise<number> {
    for (let index = from; index < STEPS.length; index++) {
      for (let time = 0; time < times; time++) {
        if (!(await this.#step(run, arn, token, STEPS[index] ?? ""))) return index;
      }
    }
    this.secrets.completeRotation(arn);
    return STEPS.length;
  }

  async #step(run: Run, arn: string, token: string, step: string): Promise<boolean> {
    const event = { SecretId: arn, ClientRequestToken: token, Step: step };
    const before = run.calls;
    const said: string[] = [];
    try {
      await rotate(event, {
        secrets: run.secrets(this.secrets),
        engines: engineRegistry(this.target.engine((own) => run.connect(own))),
        settings: readSettings({
          DATABASE_HOSTS: "localhost",
          HOSTS_WITHOUT_TLS: "localhost",
          SUPERUSER_SECRET_ARN: this.target.superuserArn,
        }),
        log: createLog((line) => said.push(line)),
        sleep: async () => undefined,
        now: () => this.#heldUpMs,
      });
      return !run.wasKilled;
    } catch (error) {
      if (this.#broken !== undefined) throw this.#broken;
      // The function has a word of its own for all that can go wrong here, but for its own end.
      if (error instanceof UnexpectedError && !run.wasKilled) throw error;
      said.push(String(error), String((error as Error).stack));
      return false;
    } finally {
      this.#assertNoPassword(arn, said);
      this.calls += run.calls - before;
      if (run.wasKilled) await run.bury();
    }
  }

  #run(
    arn: string,
    token: string,
    plan: { at: number; what: Interference } | undefined,
    overtakenBy: number,
  ): Run {
    return new Run(plan, {
      observe: (call) => this.#observe(arn, call),
      overtake: async (call, atOnce) => {
        // Secrets Manager has no conditional write: a write that was under way before the label was dropped, and
        // arrives when the other rotation is half done, cannot be fended off. It is finished or has not begun here.
        const late = call === "putPending" || call === "moveCurrent";
        const wholeOrNothing = overtakenBy > 1 ? STEPS.length : 0;
        // Nor does another rotation get further than its own write in the moment between a run's first look and its write.
        const unwritten = this.secrets.secret(arn).versions.get(token)?.value === undefined;
        const steps = atOnce && unwritten ? Math.min(overtakenBy, 1) : late ? wholeOrNothing : overtakenBy;
        this.secrets.abandonRotation(arn);
        const next = this.secrets.startRotation(arn);
        const other = this.#run(arn, next, undefined, 0);
        let done = 0;
        for (const step of STEPS.slice(0, steps)) {
          if (!(await this.#step(other, arn, next, step))) break;
          done++;
        }
        this.#wroteTooLate = call === "putPending" && done === STEPS.length && this.#alternates(arn);
        if (done === STEPS.length) this.secrets.completeRotation(arn);
        else this.#other = { token: next, done };
        if (atOnce) this.#overtakenAtOnce = true;
        else this.#heldUpMs += 60_000;
      },
    });
  }

  /** Secrets Manager goes on until it has succeeded, with the version that is pending or with a new one. */
  async #converge(arn: string): Promise<void> {
    // A value for the user whose turn is over is refused by setSecret, with what a human has to do, who does it here.
    if (this.#wroteTooLate) this.secrets.abandonRotation(arn);
    for (let attempt = 0; attempt < 3; attempt++) {
      const pending = [...this.secrets.secret(arn).versions].find(
        ([, { stages }]) => stages.has("AWSPENDING") && !stages.has("AWSCURRENT"),
      )?.[0];
      const token = pending ?? this.secrets.startRotation(arn);
      const run = this.#run(arn, token, undefined, 0);
      if ((await this.#steps(run, arn, token, 0, 1)) === STEPS.length) {
        const { username = "", password = "" } = this.secrets.at(arn, "AWSCURRENT");
        if (!(await this.target.logsIn(username, password))) {
          throw new BrokenLaw("after it converged, AWSCURRENT does not log in");
        }
        return;
      }
    }
    throw new BrokenLaw("it does not converge");
  }

  async #finish(arn: string, situation: Situation): Promise<void> {
    if (this.#broken !== undefined) throw this.#broken;
    // Throws if a version is left that blocks the next rotation.
    this.secrets.startRotation(arn);
    this.secrets.abandonRotation(arn);
    if (this.#reused.has(situation)) return;
    const user = String(this.secrets.at(arn, "AWSCURRENT").username).replace(/_clone$/, "");
    await this.target.dropUsers([`${user}_clone`, user]);
  }

  #broken: BrokenLaw | undefined;

  /** Law 1: whatever went wrong, neither log nor error has a password of this secret. */
  #assertNoPassword(arn: string, said: readonly string[]): void {
    const text = said.join("\n");
    for (const { value } of this.secrets.secret(arn).versions.values()) {
      const password = value === undefined ? undefined : JSON.parse(value).password;
      if (password === undefined) continue;
      const forms = [password, JSON.stringify(password).slice(1, -1), password.replaceAll("'", "''")];
      if (forms.some((form) => text.includes(form))) this.#broken = new BrokenLaw("a password was logged");
    }
  }

  #alternates(arn: string): boolean {
    return this.secrets.secret(arn).tags.get("rotation:strategy") === "alternating-users";
  }

  /**
   * Law 3. A label without a password, before the first rotation, locks nobody out. Who is overtaken at once may lock
   * everybody out until the next rotation, for which the label stays that leads to what was set.
   */
  async #observe(arn: string, call: string): Promise<void> {
    const labelled = [...this.secrets.secret(arn).versions.values()].filter(({ stages }) => stages.size > 0);
    const currentOnly =
      !this.#overtakenAtOnce &&
      (this.#alternates(arn) || arn === this.#reused.get("single-user, foreign password"));
    const candidates = currentOnly
      ? labelled.filter(({ stages }) => stages.has("AWSCURRENT"))
      : labelled.filter(({ stages }) =>
          ["AWSCURRENT", "AWSPENDING", LAST_WRITTEN, OVERTAKEN].some((label) => stages.has(label)),
        );
    const values = candidates.flatMap(({ value }) => (value === undefined ? [] : [JSON.parse(value)]));
    const current = labelled.find(({ stages }) => stages.has("AWSCURRENT"))?.value ?? "{}";
    if (JSON.parse(current).password === undefined) return;
    for (const { username, password } of values) {
      if (await this.target.accepts(username, password)) return;
    }
    this.#broken = new BrokenLaw(`after ${call} nobody can log in`);
    throw this.#broken;
  }
}

export class BrokenLaw extends Error {}

/** Every call of a rotation, or a sample of them, goes wrong once in each way in every situation. */
export async function playEveryCall(
  protocol: Protocol,
  situations: readonly Situation[] = situationsOn(protocol.target),
): Promise<void> {
  let first = SEED;
  for (const situation of situations) {
    for (const what of INTERFERENCES) {
      first++;
      for (let at = first % STRIDE, reached = true; reached; at += STRIDE) {
        const played = { situation, at, what, overtakenBy: 4 - (at % 5), sequel: PLAIN };
        try {
          reached = await protocol.play(played);
          if (!reached && at < STRIDE) throw new Error("the run ended before the call that should go wrong");
        } catch (error) {
          throw new Error(
            `CRASH_STRIDE=${STRIDE} CRASH_SEED=${SEED}: ${JSON.stringify(played)}: ${(error as Error).message}`,
            { cause: error },
          );
        }
      }
    }
  }
}

/** @param cases as many as `npm run soak` plays. */
export async function playAtRandom(protocol: Protocol, cases: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(anyCaseOn(protocol.target), async (played) => {
      await protocol.play({ ...played, at: played.at % (protocol.lengths.get(played.situation) ?? 25) });
    }),
    // A case that failed leaves its secret as it is, so a smaller one would begin elsewhere.
    { numRuns: Math.ceil(cases / STRIDE), seed: SEED, endOnFailure: true },
  );
}
