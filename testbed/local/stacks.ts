import { join } from "node:path";
import { Driver } from "../../scripts/deploy/driver";
import { readOutputs } from "../../scripts/deploy/outputs";
import { StackFailed } from "../../scripts/deploy/stack-terraform";
import { type Stack, selectStacks, synthesizedStacks } from "../../scripts/deploy/stacks";
import { synthesize } from "../../scripts/deploy/synthesize";
import { CommandFailed } from "../../scripts/support/processes";
import { ONLY_PLANS } from "../iam/deploys/judged-deploys";
import { type PlannedChange, planChanges } from "../terraform/plan-changes";
import { type FinishedResources, NOTHING_FINISHED, withLine } from "./finished-resources";

/** Called for each resource that is made or gone. */
type OnProgress = (done: FinishedResources) => void;

/** What people do once, before a stack is deployed. */
export interface HandWork {
  /** The stack's name. */
  readonly before: string;
  /** Gives variables that Terraform has from then on. */
  readonly work: (stacks: LocalStacks) => Promise<Readonly<NodeJS.ProcessEnv>>;
}

export interface LocalStacksOptions {
  /** In the stacks' order. */
  readonly handWork?: readonly HandWork[];
  /** Called with the folder, each time before anything is done with what is in it. */
  readonly onSynthesized?: (output: string) => void;
}

/** The environment's stacks, as they were synthesized last. */
export class LocalStacks {
  readonly #handWork: HandWork[];
  #variables: Readonly<NodeJS.ProcessEnv>;

  constructor(
    /** For logs, state files and what is synthesized. */
    private readonly directory: string,
    /** Environment variables of CDKTF and Terraform. */
    variables: Readonly<NodeJS.ProcessEnv>,
    private readonly options: LocalStacksOptions = {},
  ) {
    this.#variables = variables;
    this.#handWork = [...(options.handWork ?? [])];
  }

  /** Environment variables of CDKTF and Terraform. */
  get variables(): Readonly<NodeJS.ProcessEnv> {
    return this.#variables;
  }

  /** Where they are synthesized to. */
  get output(): string {
    return join(this.directory, "cdktf.out");
  }

  async deploy(onProgress: OnProgress): Promise<FinishedResources> {
    const log = join(this.directory, "synth.log");
    await synthesize({ output: this.output, environment: this.#variables, log });
    this.options.onSynthesized?.(this.output);
    const left = [...this.all()];
    let done = NOTHING_FINISHED;
    for (const { before, work } of this.#handWork.splice(0)) {
      const first = left.splice(
        0,
        left.findIndex(({ name }) => name === before),
      );
      done = await this.drive("deploy", onProgress, first, done);
      this.#variables = { ...this.#variables, ...(await work(this)) };
    }
    return await this.drive("deploy", onProgress, left, done);
  }

  /** Destroys all of them, or the named one. */
  async destroy(onProgress: OnProgress, stack?: string): Promise<FinishedResources> {
    return await this.drive("destroy", onProgress, selectStacks(this.all(), stack ? [stack] : []));
  }

  /** What a plan of each stack would change now. */
  async planChanges(): Promise<ReadonlyMap<string, readonly PlannedChange[]>> {
    const plans = this.all().map(async ({ name, folder }) => {
      const log = join(this.directory, `plan.${name}.log`);
      const environment = { ...this.#variables, ...ONLY_PLANS };
      return [name, await planChanges(folder, { environment, log })] as const;
    });
    return new Map(await Promise.all(plans));
  }

  async outputs(stack: string): Promise<Readonly<Record<string, unknown>>> {
    const [found] = selectStacks(this.all(), [stack]);
    return await readOutputs(String(found?.folder), { environment: this.#variables });
  }

  private all(): readonly Stack[] {
    return synthesizedStacks(this.output);
  }

  /** As `npm run deploy -- --auto-approve` does, or destroy. */
  private async drive(
    command: "deploy" | "destroy",
    onProgress: OnProgress,
    stacks: readonly Stack[],
    before = NOTHING_FINISHED,
  ): Promise<FinishedResources> {
    let done = before;
    const line = (_: string, text: string): void => {
      const now = withLine(done, text, performance.now());
      if (now !== done) onProgress(now);
      done = now;
    };
    const driver = new Driver({
      all: this.all(),
      environment: this.#variables,
      screen: { isTerraforms: false, coloured: false, begin: () => {}, line },
      extra: { plan: [], apply: [] },
      log: (stack) => join(this.directory, `${command}.${stack}.log`),
    });
    for (const outcome of (await driver[command](stacks)).values()) {
      if (outcome.kind !== "failed") continue;
      const { error } = outcome;
      throw error instanceof StackFailed && error.cause instanceof CommandFailed ? error.cause : error;
    }
    return done;
  }
}
