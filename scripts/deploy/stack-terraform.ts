import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Verdict } from "../review/review";
import type { ShownReview } from "../review/shown-review";
import { CommandFailed, type Finished } from "../support/processes";
import { terraform } from "../terraform/terraform";
import { previewOf } from "./preview";
import type { Screen } from "./screen";
import { type Stack, shownFolder } from "./stacks";
import type { TerraformOptions } from "./terraform-options";

export interface StackTerraformOptions {
  /** Added to this process's environment. */
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  readonly screen: Screen;
  /** Options of the user. */
  readonly extra: TerraformOptions;
  /** Says what a person has to know of a plan; not asked for one that destroys the stack. @default - nothing */
  readonly review?: (stack: string, plan: string) => ShownReview;
  /**
   * Whether plans are not shown: Terraform's text of one has the values that nobody marked as sensitive.
   *
   * @default false
   */
  readonly hidesPlans?: boolean;
  /** Where a stack's output goes, too. @default - nowhere */
  readonly log?: (stack: string) => string;
}

interface State {
  readonly resources?: readonly { readonly mode: string; readonly instances?: readonly unknown[] }[];
}

/** How many resources a state has, without data sources. */
export function managedIn({ resources = [] }: State): number {
  const managed = resources.filter(({ mode }) => mode === "managed");
  return managed.reduce((sum, { instances = [] }) => sum + instances.length, 0);
}

/** What a stack's state has, by name and number. Values stay where they are. */
export interface DeployedState {
  readonly outputs: ReadonlySet<string>;
  readonly resources: number;
}

export interface Planned {
  readonly changes: boolean;
  /** Of the review, if there was one. */
  readonly verdict?: Verdict;
  /** Of the review, if it could be shown. */
  readonly digest?: string;
}

/** A command of Terraform on a stack that failed. What Terraform said of it was shown. */
export class StackFailed extends Error {
  override readonly name = "StackFailed";
  constructor(
    stack: Stack,
    command: string,
    override readonly cause: Error,
  ) {
    const how = cause instanceof CommandFailed ? `exit code ${cause.code}` : cause.message;
    super(`terraform ${command} failed in ${shownFolder(stack)} (${how})`);
  }
}

/** Two at once would write to the same plugin cache, which Terraform does not guard. */
let initialising: Promise<unknown> = Promise.resolve();

/** Terraform on one synthesized stack, which it initialises first. */
export class StackTerraform {
  #initialised: Promise<void> | undefined;

  constructor(
    readonly stack: Stack,
    private readonly options: StackTerraformOptions,
  ) {}

  /** The same with other options. Those of the environment are added. */
  with({ environment, ...others }: Partial<StackTerraformOptions>): StackTerraform {
    const { options } = this;
    const other = new StackTerraform(this.stack, {
      ...options,
      ...others,
      environment: { ...options.environment, ...environment },
    });
    other.#initialised = this.#initialised;
    return other;
  }

  /** Reads the state; nothing of it is shown or kept. */
  async state(): Promise<DeployedState> {
    await this.#init();
    const { stdout } = await this.#quietly("state", ["pull"]);
    if (stdout.trim() === "") return { outputs: new Set(), resources: 0 };
    const state = JSON.parse(stdout) as State & { readonly outputs: Readonly<Record<string, unknown>> };
    return { outputs: new Set(Object.keys(state.outputs)), resources: managedIn(state) };
  }

  /** Shows a plan and its review. */
  async plan(): Promise<Planned> {
    return await this.#withPlan([], async (planned) => planned);
  }

  /**
   * Shows what a plan would be if the missing stacks were deployed, as far as it can be known.
   *
   * @returns whether that is anything
   */
  async preview(missing: readonly string[]): Promise<boolean> {
    await this.#init();
    const preview = await previewOf(this.stack, missing);
    const other = new StackTerraform(preview, this.options);
    other.#initialised = Promise.resolve();
    const { screen, hidesPlans } = this.options;
    const label = `A preview. Nobody can apply it: it stands for what ${missing.join(", ")} will give.`;
    if (!hidesPlans) screen.line(this.stack.name, label);
    try {
      await other.#plan([]);
      return true;
    } catch (error) {
      if (error instanceof StackFailed) return false;
      throw error;
    } finally {
      await rm(preview.folder, { recursive: true, force: true });
    }
  }

  async #plan(more: readonly string[]): Promise<boolean> {
    await this.#init();
    const words = ["-input=false", "-detailed-exitcode", ...more, ...this.options.extra.plan];
    try {
      await (this.options.hidesPlans ? this.#quietly("plan", words) : this.#shown("plan", words));
      return false;
    } catch (error) {
      if (isPlanWithChanges("plan", (error as StackFailed).cause)) return true;
      throw error;
    }
  }

  /**
   * Shows a plan and its review, and applies exactly this one if `approve` says so, which is not asked for a plan
   * without changes: Terraform itself applies these, too, for what it has learned about the resources.
   *
   * @returns undefined if it was not approved, or else whether the plan changed anything
   */
  async apply(
    more: readonly string[],
    approve: (planned: Planned) => Promise<boolean>,
  ): Promise<Planned | undefined> {
    return await this.#withPlan(more, async (planned, file) => {
      if (planned.changes && !(await approve(planned))) return undefined;
      await this.#shown("apply", ["-input=false", ...this.options.extra.apply, file]);
      return planned;
    });
  }

  /** A plan has the values of sensitive attributes: for nobody else's eyes, and no longer there than needed. */
  async #withPlan<T>(
    more: readonly string[],
    use: (planned: Planned, file: string) => Promise<T>,
  ): Promise<T> {
    const folder = await mkdtemp(join(this.stack.folder, "plan-"));
    const file = join(folder, "saved.tfplan");
    try {
      const changes = await this.#plan([`-out=${file}`, ...more]);
      const isReviewed = changes && !more.includes("-destroy");
      return await use({ changes, ...(isReviewed && (await this.#reviewed(file))) }, file);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #reviewed(file: string): Promise<Omit<Planned, "changes">> {
    const { review, screen } = this.options;
    if (!review) return {};
    const { stdout } = await this.#quietly("show", ["-json", file]);
    const { text, verdict, digest } = review(this.stack.name, stdout);
    for (const line of ["", ...text.trimEnd().split("\n")]) screen.line(this.stack.name, line);
    return { verdict, digest };
  }

  /**
   * Shows nothing unless it fails. Versions are synthesized exactly; the lock file of an earlier init may have others.
   */
  async #init(): Promise<void> {
    const first = async () => {
      const turn = initialising.then(() => this.#quietly("init", ["-input=false", "-upgrade"]));
      initialising = turn.catch(() => {});
      await turn;
    };
    this.#initialised ??= first();
    await this.#initialised;
  }

  async #shown(command: string, words: readonly string[]): Promise<Finished> {
    const { screen, environment, log } = this.options;
    const { name } = this.stack;
    return await this.#failing(command, () =>
      terraform(this.stack.folder, [command, ...(screen.coloured ? [] : ["-no-color"]), ...words], {
        environment,
        log: log?.(name),
        ...(screen.isTerraforms ? { inherit: true } : { onLine: (line) => screen.line(name, line) }),
      }),
    );
  }

  async #quietly(command: string, words: readonly string[]): Promise<Finished> {
    const { screen, environment } = this.options;
    const noColour = ["init", "plan"].includes(command) && !screen.coloured ? ["-no-color"] : [];
    return await this.#failing(command, async () => {
      try {
        return await terraform(this.stack.folder, [command, ...words, ...noColour], { environment });
      } catch (error) {
        // A state or a plan that was cut off while it was written has values, too.
        if (error instanceof CommandFailed && !isPlanWithChanges(command, error))
          for (const line of (command === "init" ? error.output : error.stderr).trim().split("\n"))
            screen.line(this.stack.name, line);
        throw error;
      }
    });
  }

  async #failing<T>(command: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw new StackFailed(this.stack, command, error as Error);
    }
  }
}

/** With -detailed-exitcode, a plan that changes something ends with 2. */
function isPlanWithChanges(command: string, error: Error): boolean {
  return command === "plan" && error instanceof CommandFailed && error.code === 2;
}
