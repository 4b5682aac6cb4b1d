import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { App } from "cdktf";
import { type Environment, loadEnvironment } from "../../constructs/environment";
import { addStacks } from "../../main";
import { bundles } from "./fixtures";
import { Template } from "./template";

export const projectRoot = resolve(__dirname, "..", "..");

export const shippedEnvironments = readdirSync(join(projectRoot, "environments"))
  .filter((file) => file.endsWith(".json") && file !== "schema.json")
  .map((file) => file.replace(/\.json$/, ""));

export interface SynthesizedEnvironment {
  readonly environment: Environment;
  /** What CDKTF's CLI calls `cdktf.out`. */
  readonly directory: string;
  /** By the stack's part of its name: foundation, native, application. */
  readonly stacks: Readonly<Record<string, Template>>;
  /** One of the stacks. */
  stack(part: string): Template;
}

export function shippedEnvironment(name: string): Environment {
  return loadEnvironment({ root: projectRoot, variables: { ENVIRONMENT: name } });
}

/** Synthesizes an environment through `app.synth()`, which alone resolves references between stacks. */
export function synthesizeEnvironment(environment: Environment): SynthesizedEnvironment {
  const directory = mkdtempSync(join(tmpdir(), `synth-${environment.name}-`));
  const app = new App({ outdir: directory });
  addStacks(app, environment, bundles);
  app.synth();
  const stacks = Object.fromEntries(
    readdirSync(join(directory, "stacks")).map((stack) => [
      stack.replace(`${environment.name}-`, ""),
      Template.fromFile(join(directory, "stacks", stack, "cdk.tf.json")),
    ]),
  );
  return {
    environment,
    directory,
    stacks,
    stack(part) {
      const template = stacks[part];
      if (!template) throw new Error(`no stack ${part}, only ${Object.keys(stacks).join(", ")}`);
      return template;
    },
  };
}

export function synthesizeShipped(name: string): SynthesizedEnvironment {
  return synthesizeEnvironment(shippedEnvironment(name));
}

/** Raw text of an environment file, to be changed by a test. */
export function shippedSettings(name: string) {
  return JSON.parse(readFileSync(join(projectRoot, "environments", `${name}.json`), "utf8"));
}
