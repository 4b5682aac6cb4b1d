/** Where a user sees what happens. */
export interface Screen {
  /** Whether plans and applies of Terraform write on this process's own output, as users know them. */
  readonly isTerraforms: boolean;
  readonly coloured: boolean;
  /** Said before anything of a stack. */
  begin(stack: string): void;
  line(stack: string, text: string): void;
}

/** One stack after the other, and Terraform's own output. */
export function plainScreen(): Screen {
  const coloured = isColoured();
  return {
    isTerraforms: true,
    coloured,
    begin: (stack) => process.stdout.write(`\n${coloured ? `\u001b[1m${stack}\u001b[0m` : stack}\n`),
    line: (_, text) => process.stdout.write(`${text}\n`),
  };
}

/** Several stacks at the same time: each line begins with its stack. */
export function prefixedScreen(stacks: readonly string[]): Screen {
  const width = Math.max(...stacks.map(({ length }) => length));
  return {
    isTerraforms: false,
    coloured: isColoured(),
    begin: () => {},
    line: (stack, text) => process.stdout.write(`${stack.padEnd(width)} | ${text}\n`),
  };
}

function isColoured(): boolean {
  return process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
}
