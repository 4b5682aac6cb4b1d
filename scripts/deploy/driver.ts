import { inOrder, type Outcome } from "./in-order";
import type { Interruption } from "./interruption";
import { StackTerraform, type StackTerraformOptions } from "./stack-terraform";
import type { Stack } from "./stacks";

export interface DriverOptions extends StackTerraformOptions {
  /** All stacks of the environment, in the order of deployment. */
  readonly all: readonly Stack[];
  /** Asks before a plan is applied, one stack at a time. @default - nothing is asked, and stacks are applied in parallel */
  readonly approve?: (question: string) => Promise<boolean>;
  /** @default - Ctrl-C is somebody else's matter */
  readonly interruption?: Interruption;
}

export type Outcomes = ReadonlyMap<string, Outcome>;

/** Runs Terraform on synthesized stacks, in the order in which they need one another. */
export class Driver {
  constructor(private readonly options: DriverOptions) {}

  /** Plans each of the stacks that can be planned; the others wait for outputs of stacks that are not deployed. */
  async diff(stacks: readonly Stack[]): Promise<Outcomes> {
    return await this.#each(stacks, { after: () => [], parallel: false }, async (terraform) => {
      await terraform.init();
      const missing = await this.#missing(terraform.stack, [], { evenUnread: false });
      if (missing.length > 0) return { kind: "waiting", why: missing.join("; ") };
      return { kind: (await terraform.plan()) ? "changed" : "unchanged" };
    });
  }

  /** Plans and applies each of the stacks after those that it needs. */
  async deploy(stacks: readonly Stack[]): Promise<Outcomes> {
    const order = { after: ({ needs }: Stack) => needs, parallel: !this.options.approve };
    return await this.#each(stacks, order, async (terraform) => {
      await terraform.init();
      return await this.#apply(terraform, [], `Deploy ${terraform.stack.name}`);
    });
  }

  /** Destroys each of the stacks after those that need it. */
  async destroy(stacks: readonly Stack[]): Promise<Outcomes> {
    const order = {
      after: (stack: Stack) => this.#needing(stack).map(({ name }) => name),
      parallel: !this.options.approve,
    };
    return await this.#each([...stacks].reverse(), order, async (terraform) => {
      await terraform.init();
      // Its plan would read outputs of stacks that are not there any more, either.
      if ((await terraform.state()).resources === 0) return { kind: "unchanged" };
      return await this.#apply(terraform, ["-destroy"], `Destroy ${terraform.stack.name}`);
    });
  }

  /** Why the stacks cannot be deployed by themselves: what they need of others that is not deployed. */
  async notDeployable(stacks: readonly Stack[]): Promise<readonly string[]> {
    const problems: string[] = [];
    for (const stack of stacks) problems.push(...(await this.#missing(stack, stacks, { evenUnread: true })));
    return problems;
  }

  /** Why the stacks cannot be destroyed by themselves: others that need them and still have resources. */
  async notDestroyable(stacks: readonly Stack[]): Promise<readonly string[]> {
    const problems: string[] = [];
    for (const other of this.options.all.filter((one) => !stacks.includes(one))) {
      const needed = stacks.filter(({ name }) => other.needs.includes(name));
      if (needed.length === 0) continue;
      const { resources } = await this.#stateOf(other);
      if (resources === 0) continue;
      const names = needed.map(({ name }) => name).join(" and ");
      problems.push(`${other.name} needs ${names} and still has ${resources} resources`);
    }
    return problems;
  }

  /** What a stack needs of others, apart from the given ones, that is not deployed. */
  async #missing(
    stack: Stack,
    apartFrom: readonly Stack[],
    { evenUnread }: { evenUnread: boolean },
  ): Promise<string[]> {
    const missing: string[] = [];
    for (const other of this.options.all.filter(
      (one) => stack.needs.includes(one.name) && !apartFrom.includes(one),
    )) {
      const reads = [...(stack.reads.get(other.name) ?? [])];
      if (reads.length === 0 && !evenUnread) continue;
      const { outputs, resources } = await this.#stateOf(other);
      const absent = reads.filter((output) => !outputs.has(output)).length;
      if (absent > 0)
        missing.push(`${stack.name} reads ${absent} outputs of ${other.name} that are not deployed yet`);
      else if (evenUnread && resources === 0)
        missing.push(`${stack.name} needs ${other.name}, which is not deployed`);
    }
    return missing;
  }

  async #stateOf(stack: Stack) {
    const terraform = new StackTerraform(stack, this.options);
    await terraform.init();
    return await terraform.state();
  }

  #needing({ name }: Stack): readonly Stack[] {
    return this.options.all.filter(({ needs }) => needs.includes(name));
  }

  async #apply(terraform: StackTerraform, more: readonly string[], what: string): Promise<Outcome> {
    const { approve } = this.options;
    const changed = await terraform.apply(more, async () =>
      this.options.interruption?.happened
        ? false
        : approve
          ? await approve(`${what} as planned above?`)
          : true,
    );
    return changed === undefined ? { kind: "refused" } : { kind: changed ? "changed" : "unchanged" };
  }

  async #each(
    stacks: readonly Stack[],
    order: { readonly after: (stack: Stack) => readonly string[]; readonly parallel: boolean },
    work: (terraform: StackTerraform) => Promise<Outcome>,
  ): Promise<Outcomes> {
    const { interruption, screen } = this.options;
    return await inOrder(stacks, {
      ...order,
      work: async (stack) => {
        if (interruption?.happened) return { kind: "not begun", why: "interrupted" };
        screen.line(stack.name, "");
        try {
          return await work(new StackTerraform(stack, this.options));
        } catch (error) {
          return { kind: "failed", error: error as Error };
        }
      },
    });
  }
}
