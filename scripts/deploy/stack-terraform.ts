import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { CommandFailed, type Finished } from "../support/processes";
import { terraform } from "../terraform/terraform";
import type { Screen } from "./screen";
import { type Stack, shownFolder } from "./stacks";
import type { TerraformOptions } from "./terraform-options";

export interface StackTerraformOptions {
  /** Added to this process's environment. */
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  readonly screen: Screen;
  /** Options of the user. */
  readonly extra: TerraformOptions;
  /** Where a stack's output goes, too. @default - nowhere */
  readonly log?: (stack: string) => string;
}

/** What a stack's state has, by name and number. Values stay where they are. */
export interface DeployedState {
  readonly outputs: ReadonlySet<string>;
  readonly resources: number;
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

  /** The same with more in Terraform's environment. */
  with(environment: Readonly<NodeJS.ProcessEnv>): StackTerraform {
    const { options } = this;
    const other = new StackTerraform(this.stack, {
      ...options,
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
    const { outputs, resources } = JSON.parse(stdout) as {
      outputs: Record<string, unknown>;
      resources: { mode: string; instances: unknown[] }[];
    };
    const managed = resources.filter(({ mode }) => mode === "managed");
    return {
      outputs: new Set(Object.keys(outputs)),
      resources: managed.reduce((sum, { instances }) => sum + instances.length, 0),
    };
  }

  /** Shows a plan; gives whether it changes anything. */
  async plan(more: readonly string[] = []): Promise<boolean> {
    await this.#init();
    const words = ["-input=false", "-detailed-exitcode", ...more, ...this.options.extra.plan];
    try {
      await this.#shown("plan", words);
      return false;
    } catch (error) {
      const { cause } = error as StackFailed;
      if (cause instanceof CommandFailed && cause.code === 2) return true;
      throw error;
    }
  }

  /**
   * Shows a plan and applies exactly this one if `approve` says so, which is not asked for a plan without changes:
   * Terraform itself applies these, too, for what it has learned about the resources.
   *
   * @returns undefined if it was not approved, or else whether the plan changed anything
   */
  async apply(more: readonly string[], approve: () => Promise<boolean>): Promise<boolean | undefined> {
    // A plan has the values of sensitive attributes: for nobody else's eyes, and no longer there than needed.
    const folder = await mkdtemp(join(this.stack.folder, "plan-"));
    const file = join(folder, "saved.tfplan");
    try {
      const changes = await this.plan([`-out=${file}`, ...more]);
      if (changes && !(await approve())) return undefined;
      await this.#shown("apply", ["-input=false", ...this.options.extra.apply, file]);
      return changes;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
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
    const noColour = command === "init" && !screen.coloured ? ["-no-color"] : [];
    return await this.#failing(command, async () => {
      try {
        return await terraform(this.stack.folder, [command, ...words, ...noColour], { environment });
      } catch (error) {
        // A state that was cut off while it was written has values, too.
        if (error instanceof CommandFailed)
          for (const line of (command === "state" ? error.stderr : error.output).trim().split("\n"))
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
