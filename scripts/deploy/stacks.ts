import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { nearest } from "../../constructs/environment/values/nearest";

/** A stack as CDKTF synthesized it. */
export interface Stack {
  readonly name: string;
  /** Where Terraform runs. */
  readonly folder: string;
  /** The stacks that have to be deployed before it: all of them, also those that it needs by way of another. */
  readonly needs: readonly string[];
  /** The outputs of other stacks that it reads, by stack. */
  readonly reads: ReadonlyMap<string, ReadonlySet<string>>;
}

interface Manifest {
  readonly stacks: Readonly<
    Record<
      string,
      { name: string; dependencies: string[]; workingDirectory: string; synthesizedStackPath: string }
    >
  >;
}

/** CDKTF's name for another stack's state. */
export function remoteState(stack: string): string {
  return `cross-stack-reference-input-${stack}`;
}

/** How CDKTF writes that a stack reads an output of another. */
const READ = new RegExp(`terraform_remote_state\\.${remoteState("([\\w-]+)")}\\.outputs\\.([\\w-]+)`, "g");

/** The stacks in CDKTF's output folder in the order of deployment: each comes after all that it needs. */
export function synthesizedStacks(output: string): readonly Stack[] {
  const file = join(output, "manifest.json");
  if (!existsSync(file)) throw new Error(`${file} is not there; synthesize first: npm run synth`);
  const { stacks } = JSON.parse(readFileSync(file, "utf8")) as Manifest;
  const needs = (name: string): string[] => {
    const direct = stacks[name]?.dependencies ?? [];
    return [...new Set(direct.flatMap((one) => [...needs(one), one]))];
  };
  return (
    Object.values(stacks)
      .map(({ name, workingDirectory, synthesizedStackPath }) => ({
        name,
        folder: join(output, workingDirectory),
        needs: needs(name),
        reads: outputsRead(readFileSync(join(output, synthesizedStackPath), "utf8")),
      }))
      // A stack needs more stacks than any that it needs.
      .sort((a, b) => a.needs.length - b.needs.length || a.name.localeCompare(b.name, "en"))
  );
}

/** The named stacks, in the order that they are given in; all of them if none is named. */
export function selectStacks(stacks: readonly Stack[], names: readonly string[]): readonly Stack[] {
  const known = stacks.map(({ name }) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    const meant = nearest(name, known);
    throw new Error(
      `there is no stack ${name}${meant ? `, did you mean ${meant}?` : "."} Stacks of this environment: ` +
        `${known.join(", ")}`,
    );
  }
  return names.length === 0 ? stacks : stacks.filter(({ name }) => names.includes(name));
}

/** The folder as a user would write it. */
export function shownFolder({ folder }: Stack): string {
  const path = relative(process.cwd(), folder);
  return path.startsWith("..") ? folder : path;
}

function outputsRead(template: string): ReadonlyMap<string, ReadonlySet<string>> {
  const reads = new Map<string, Set<string>>();
  for (const [, stack = "", output = ""] of template.matchAll(READ)) {
    reads.set(stack, (reads.get(stack) ?? new Set()).add(output));
  }
  return reads;
}
