import { readFileSync } from "node:fs";
import type { Deployment, Values } from "./deployment";

interface State {
  readonly outputs: Readonly<Record<string, { readonly value: unknown }>>;
  readonly resources: readonly {
    readonly mode: "managed" | "data";
    readonly type: string;
    readonly name: string;
    readonly instances: readonly { readonly attributes: Values }[];
  }[];
}

/** Of what is only looked up, one thing is not there otherwise: the addresses of a service. */
export function isDeployed({
  mode,
  type,
}: {
  readonly mode: "managed" | "data";
  readonly type: string;
}): boolean {
  return mode === "managed" || type === "aws_prefix_list";
}

/** A stack that was applied. */
export interface AppliedStack {
  readonly environment: string;
  readonly stack: string;
  /** Its state: a file of Terraform's version 4. */
  readonly file: string;
}

/** What the states of applied stacks say is deployed. */
export function fromStates(region: string, stacks: readonly AppliedStack[]): Deployment {
  const states = stacks.map((stack) => ({
    ...stack,
    state: JSON.parse(readFileSync(stack.file, "utf8")) as State,
  }));
  return {
    region,
    resources: states.flatMap(({ environment, stack, state }) =>
      state.resources
        .filter(isDeployed)
        .flatMap(({ type, name, instances }) =>
          instances.map(({ attributes: values }) => ({ environment, stack, type, name, values })),
        ),
    ),
    outputs: Object.fromEntries(
      states.flatMap(({ state }) => Object.entries(state.outputs).map(([name, { value }]) => [name, value])),
    ),
  };
}
