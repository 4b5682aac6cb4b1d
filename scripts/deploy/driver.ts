import { inOrder, type Outcome } from "./in-order";
import type { Interruption } from "./interruption";
import { type Planned, StackTerraform, type StackTerraformOptions } from "./stack-terraform";
import type { Stack } from "./stacks";

/** What a stack's plan needs beside other stacks: it is there until it is closed, or a person has to make it. */
export type Prepared =
  | { readonly kind: "ready"; readonly environment?: NodeJS.ProcessEnv; readonly close?: () => Promise<void> }
  | { readonly kind: "for you"; readonly what: string };

export interface DriverOptions extends StackTerraformOptions {
  /** All stacks of the environment, in the order of deployment. */
  readonly all: readonly Stack[];
  /**
   * Asks before a plan is applied, one stack at a time; `answer` is the only word that is a yes. @default - nothing is
   * asked, stacks are applied in parallel, and a plan that its review blocks is not
   */
  readonly approve?: (question: string, answer: string) => Promise<boolean>;
  /**
   * Digests of the plans that a person has approved, by stack: these are applied, also if their review blocks them,
   * and no others. Nothing is asked. @default - no plan is approved beforehand
   */
  readonly approved?: ReadonlyMap<string, string>;
  /** Gets ready what a stack's plan needs. @default - other stacks are all that it needs */
  readonly prepare?: (stack: Stack) => Promise<Prepared>;
  /** @default - Ctrl-C is somebody else's matter */
  readonly interruption?: Interruption;
}

export type Outcomes = ReadonlyMap<string, Outcome>;

/** Runs Terraform on synthesized stacks, in the order in which they need one another. */
export class Driver {
  readonly #terraforms: ReadonlyMap<string, StackTerraform>;

  constructor(private readonly options: DriverOptions) {
    this.#terraforms = new Map(options.all.map((stack) => [stack.name, new StackTerraform(stack, options)]));
  }

  /**
   * Plans each of the stacks that can be planned. The others wait for outputs of stacks that are not deployed; of
   * these, it shows what can be known.
   */
  async diff(stacks: readonly Stack[]): Promise<Outcomes> {
    return await this.#each(stacks, { after: () => [], parallel: false }, async (terraform) => {
      const { reads } = terraform.stack;
      const missing = await this.#undeployed([...reads.keys()], terraform.stack);
      const why = `it reads outputs of ${missing.join(" and ")} that are not deployed yet`;
      // A preview knows no state: of a stack that is deployed it would hide what goes.
      if (missing.length > 0 && (await terraform.state()).resources > 0)
        return { kind: "waiting", why, previewed: false };
      if (missing.length > 0)
        return await this.#prepared(terraform, async (ready) => ({
          kind: "waiting",
          why,
          previewed: await ready.preview(missing),
        }));
      return await this.#prepared(terraform, async (ready) => outcomeOf(await ready.plan()));
    });
  }

  /** Plans and applies each of the stacks after those that it needs. */
  async deploy(stacks: readonly Stack[]): Promise<Outcomes> {
    const order = { after: ({ needs }: Stack) => needs, parallel: !this.options.approve };
    return await this.#each(
      stacks,
      order,
      async (terraform) => await this.#prepared(terraform, (ready) => this.#apply(ready, [], "Deploy")),
    );
  }

  /** Destroys each of the stacks after those that need it. */
  async destroy(stacks: readonly Stack[]): Promise<Outcomes> {
    const needing = ({ name }: Stack) => this.options.all.filter(({ needs }) => needs.includes(name));
    const order = {
      after: (stack: Stack) => needing(stack).map(({ name }) => name),
      parallel: !this.options.approve,
    };
    return await this.#each([...stacks].reverse(), order, async (terraform) => {
      // Its plan would read outputs of stacks that are not there any more, either.
      if ((await terraform.state()).resources === 0) return { kind: "unchanged" };
      return await this.#prepared(terraform, (ready) => this.#apply(ready, ["-destroy"], "Destroy"));
    });
  }

  /** Why the stacks cannot be deployed by themselves: what they need is not deployed. */
  async notDeployable(stacks: readonly Stack[]): Promise<readonly string[]> {
    const problems = stacks.map(async (stack) => {
      const others = stack.needs.filter((name) => !stacks.some((one) => one.name === name));
      const missing = await this.#undeployed(others, stack);
      return missing.map((other) => `${stack.name} needs ${other}, which is not deployed as it is now`);
    });
    return (await Promise.all(problems)).flat();
  }

  /** Why the stacks cannot be destroyed by themselves: others that need them still have resources. */
  async notDestroyable(stacks: readonly Stack[]): Promise<readonly string[]> {
    const problems: string[] = [];
    for (const [name, terraform] of this.#terraforms) {
      const { needs } = terraform.stack;
      const needed = stacks.filter((one) => needs.includes(one.name)).map((one) => one.name);
      if (needed.length === 0 || stacks.includes(terraform.stack)) continue;
      if ((await terraform.state()).resources > 0)
        problems.push(`${name} needs ${needed.join(" and ")}, and still has resources`);
    }
    return problems;
  }

  /** Which of the others are not deployed, or not with all outputs that the stack reads. */
  async #undeployed(others: readonly string[], { reads }: Stack): Promise<string[]> {
    const missing: string[] = [];
    for (const other of others) {
      const state = await this.#terraforms.get(other)?.state();
      const read = [...(reads.get(other) ?? [])];
      if (!state || state.resources === 0 || read.some((output) => !state.outputs.has(output)))
        missing.push(other);
    }
    return missing;
  }

  async #prepared(
    terraform: StackTerraform,
    work: (ready: StackTerraform) => Promise<Outcome>,
  ): Promise<Outcome> {
    const prepared = (await this.options.prepare?.(terraform.stack)) ?? { kind: "ready" };
    if (prepared.kind === "for you") return prepared;
    try {
      return await work(terraform.with({ environment: prepared.environment }));
    } finally {
      await prepared.close?.();
    }
  }

  async #apply(terraform: StackTerraform, more: readonly string[], verb: string): Promise<Outcome> {
    const { approve, approved, interruption } = this.options;
    const { name } = terraform.stack;
    let why = "the plan was not approved";
    const applied = await terraform.apply(more, async ({ verdict, digest }) => {
      if (interruption?.happened) return false;
      if (approved) {
        why = notTheApproved(digest, approved.get(name));
        return digest !== undefined && digest === approved.get(name);
      }
      const isBlocked = verdict === "blocked";
      if (approve)
        return isBlocked
          ? await approve(`${verb} ${name} as planned above, although its review blocks it?`, name)
          : await approve(`${verb} ${name} as planned above?`, "yes");
      if (isBlocked) why = "its review blocks it; without --auto-approve a person can agree";
      return !isBlocked;
    });
    return applied ? outcomeOf(applied) : { kind: "refused", why };
  }

  async #each(
    stacks: readonly Stack[],
    order: { readonly after: (stack: Stack) => readonly string[]; readonly parallel: boolean },
    work: (terraform: StackTerraform) => Promise<Outcome>,
  ): Promise<Outcomes> {
    const { interruption, screen } = this.options;
    return await inOrder(stacks, {
      ...order,
      work: async ({ name }) => {
        const terraform = this.#terraforms.get(name);
        if (interruption?.happened || !terraform) return { kind: "not begun", why: "interrupted" };
        screen.begin(name);
        try {
          return await work(terraform);
        } catch (error) {
          return { kind: "failed", error: error as Error };
        }
      },
    });
  }
}

function outcomeOf({ changes, ...reviewed }: Planned): Outcome {
  return changes ? { kind: "changed", ...reviewed } : { kind: "unchanged" };
}

function notTheApproved(digest = "none that can be shown", approved = "that of no changes"): string {
  const difference = `its digest is ${digest}, approved is ${approved}`;
  return `its plan is not the approved one: ${difference}; have it approved as it is now`;
}
