import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Environment, loadEnvironment } from "../../constructs/environment";
import { addStacks, newApp } from "../../main";
import { changed, environmentFolder } from "./environment-files";
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
  /** By the stack's part of its name: foundation, native, vault, application. */
  readonly stacks: Readonly<Record<string, Template>>;
  /** One of the stacks. */
  stack(part: string): Template;
}

export function shippedEnvironment(name: string): Environment {
  return loadEnvironment({ root: projectRoot, variables: { ENVIRONMENT: name } });
}

/** A shipped environment with another backend, and whatever else is changed; with a Vault in the VPC if it names none. */
export function shippedWith(
  name: string,
  backend: Environment["backend"],
  changes: Readonly<Record<string, unknown>> = {},
): Environment {
  const settings = { vault: vaultInVpc, ...shippedSettings(name) };
  const root = environmentFolder({ [`${name}.json`]: changed(settings, changes) });
  return loadEnvironment({ root, variables: { ENVIRONMENT: name, SECRET_BACKEND: backend } });
}

/** Settings of a Vault that is in the functions' VPC. */
export const vaultInVpc = {
  address: "https://vault.example.internal:8200",
  location: { kind: "vpc", securityGroupId: "sg-0e5f67890a1b2c3d4" },
};

/** What is shipped, and what it would be with Vault: title and environment. */
export const variants: readonly (readonly [title: string, environment: Environment])[] = [
  ...shippedEnvironments.map((name) => [name, shippedEnvironment(name)] as const),
  ...["dev", "prod", "adopt"].flatMap((name) =>
    (["vault", "both"] as const).map(
      (backend) => [`${name} with ${backend}`, shippedWith(name, backend)] as const,
    ),
  ),
];

/**
 * Synthesizes an environment through `app.synth()`, which alone resolves references between stacks. `zips` is the folder
 * with the functions' zip files.
 */
export function synthesizeEnvironment(environment: Environment, zips = bundles): SynthesizedEnvironment {
  const directory = mkdtempSync(join(tmpdir(), `synth-${environment.name}-`));
  const app = newApp(directory);
  addStacks(app, environment, zips);
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
