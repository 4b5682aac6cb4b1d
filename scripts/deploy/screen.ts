/** Where a user sees what happens. */
export interface Screen {
  /** Whether plans and applies of Terraform write on this process's own output, as users know them. */
  readonly isTerraforms: boolean;
  readonly coloured: boolean;
  line(stack: string, text: string): void;
}

/** One stack after the other, and Terraform's own output. */
export function plainScreen(): Screen {
  return { isTerraforms: true, coloured: isColoured(), line: (_, text) => process.stdout.write(`${text}\n`) };
}

/** Several stacks at the same time: each line begins with its stack. */
export function prefixedScreen(stacks: readonly string[]): Screen {
  const width = Math.max(...stacks.map(({ length }) => length));
  return {
    isTerraforms: false,
    coloured: isColoured(),
    line: (stack, text) => process.stdout.write(`${stack.padEnd(width)} | ${text}\n`),
  };
}

function isColoured(): boolean {
  return process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
}
