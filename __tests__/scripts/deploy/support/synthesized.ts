import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A stack for Terraform's built-in provider, which needs no registry. */
export interface WrittenStack {
  readonly needs?: readonly string[];
  /** Outputs of other stacks to read, as `<stack>.<output>`. */
  readonly reads?: readonly string[];
  /** Commands that the one resource of the stack runs when it is made, and when it is destroyed. */
  readonly onCreate?: string;
  readonly onDestroy?: string;
  /** Further parts of the template. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Writes what CDKTF would synthesize: each stack has one resource and an output `value` of its own. Gives the folder. */
export function writeStacks(folder: string, stacks: Readonly<Record<string, WrittenStack>>): string {
  const output = join(folder, "cdktf.out");
  const entries = Object.entries(stacks).map(([name, stack]) => {
    const workingDirectory = join("stacks", name);
    mkdirSync(join(output, workingDirectory), { recursive: true });
    writeFileSync(join(output, workingDirectory, "cdk.tf.json"), JSON.stringify(template(name, stack)));
    const synthesizedStackPath = join(workingDirectory, "cdk.tf.json");
    const dependencies = stack.needs ?? [];
    return [name, { name, annotations: [], dependencies, workingDirectory, synthesizedStackPath }];
  });
  // As in a manifest, names are in no order that means anything.
  const byName = Object.fromEntries(entries.reverse());
  writeFileSync(join(output, "manifest.json"), JSON.stringify({ version: "0.21.0", stacks: byName }));
  return output;
}

function template(name: string, { reads = [], onCreate, onDestroy, more }: WrittenStack) {
  const provisioner = [
    ...(onCreate ? [{ "local-exec": { command: onCreate } }] : []),
    ...(onDestroy ? [{ "local-exec": { command: onDestroy, when: "destroy" } }] : []),
  ];
  const made = provisioner.length > 0 ? { provisioner } : {};
  const others = [...new Set(reads.map((read) => read.split(".")[0] ?? ""))];
  const states = others.map((other) => [
    remote(other),
    { backend: "local", config: { path: `../../../terraform.${other}.tfstate` } },
  ]);
  const values = reads.map((read) => {
    const [other = "", output = ""] = read.split(".");
    return `\${data.terraform_remote_state.${remote(other)}.outputs.${output}}`;
  });
  return {
    terraform: { backend: { local: { path: `../../../terraform.${name}.tfstate` } } },
    ...(states.length > 0 && { data: { terraform_remote_state: Object.fromEntries(states) } }),
    resource: { terraform_data: { only: { input: [name, ...values].join(","), ...made } } },
    output: { value: { value: `\${terraform_data.only.output}` } },
    ...more,
  };
}

function remote(stack: string): string {
  return `cross-stack-reference-input-${stack}`;
}
