import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Environment,
  EnvironmentError,
  loadEnvironment,
  type Problem,
} from "../../constructs/environment";
import type { Attributes } from "./template";

/** A folder like the project's root, with one environment file and whatever else a test puts beside it. */
export function environmentFolder(files: Readonly<Record<string, unknown>>): string {
  const root = mkdtempSync(join(tmpdir(), "environment-"));
  mkdirSync(join(root, "environments"));
  writeFiles(root, files);
  return root;
}

function writeFiles(root: string, files: Readonly<Record<string, unknown>>): void {
  for (const [name, content] of Object.entries(files)) {
    const text = typeof content === "string" ? content : JSON.stringify(content, null, 2);
    writeFileSync(join(root, "environments", name), text);
  }
}

let loaded: string | undefined;

/** Loads settings as environment `dev`, all from one folder: to make thousands would take a tenth of these tests. */
export function load(settings: unknown, variables: Readonly<Record<string, string>> = {}): Environment {
  loaded ??= environmentFolder({});
  writeFiles(loaded, { "dev.json": settings });
  return loadEnvironment("dev", { root: loaded, variables });
}

/** The error that a call throws about an environment. */
export function refusal(call: () => unknown): EnvironmentError {
  try {
    call();
  } catch (error) {
    if (error instanceof EnvironmentError) return error;
    throw error;
  }
  throw new Error("expected an EnvironmentError, got none");
}

/** What is wrong with settings. */
export function problems(
  settings: unknown,
  variables?: Readonly<Record<string, string>>,
): readonly Problem[] {
  return refusal(() => load(settings, variables)).problems;
}

/** A copy with values at paths such as `secrets[0].name`; `undefined` removes. */
export function changed(settings: Attributes, changes: Readonly<Record<string, unknown>>): Attributes {
  const copy = structuredClone(settings);
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split(/[.[\]]+/).filter(Boolean);
    const last = keys.pop() ?? "";
    const parent = keys.reduce<Attributes>((at, key) => {
      at[key] ??= {};
      return at[key];
    }, copy);
    if (value === undefined) delete parent[last];
    else parent[last] = value;
  }
  return copy;
}
