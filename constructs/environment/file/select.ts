import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, isAbsolute, join, relative, resolve } from "node:path";
import { EnvironmentError, formatValue } from "../problems/problem";
import { nearest } from "../values/nearest";

const DEFAULT_ENVIRONMENT = "dev";

/** First part of the names of stacks, and of files and folders named after them. */
const NAME = /^[a-z][a-z0-9-]{0,63}$/;

export interface SelectedFile {
  readonly name: string;
  readonly path: string;
  /** From the project's folder where the file is in it. */
  readonly displayPath: string;
  readonly content: string;
  /** A file of the same name in `environments/`: both would have the same stacks and state files. */
  readonly sameName: string | undefined;
}

/**
 * Reads `environments/<selected>.json`, or the JSON file at the path `selected`. `setting` is where that was written,
 * for messages.
 */
export function selectFile(
  root: string,
  selected = DEFAULT_ENVIRONMENT,
  setting = "ENVIRONMENT",
): SelectedFile {
  const folder = join(root, "environments");
  const refuse = (rule: string, fix: string, cause?: string): never => {
    const got = cause ? `${formatValue(selected)}: ${cause}` : formatValue(selected);
    throw new EnvironmentError(setting, [{ path: setting, rule, got, fix }]);
  };
  const known = namesIn(folder);
  const all = `name one of ${known.join(", ")}`;
  // In place of a variable that nobody set, `dev` would be deployed.
  if (selected === "") refuse("must not be empty", `leave it out for ${DEFAULT_ENVIRONMENT}, or ${all}`);

  const isPath = selected.includes("/") || selected.endsWith(".json");
  const givenPath = isAbsolute(selected) ? selected : resolve(root, selected);
  const path = isPath ? givenPath : join(folder, `${selected}.json`);
  const name = basename(path, ".json");
  const meant = nearest(name, known);
  const choose = meant ? `write "${meant}", or ${all}` : all;
  if (!NAME.test(name))
    refuse(
      "an environment's name starts with a letter and holds at most 64 lower-case letters, digits and hyphens",
      isPath ? "rename the file" : choose,
    );
  try {
    if (name === "schema" || !statSync(path, { throwIfNoEntry: false }))
      refuse("must name a file of environments/ or be the path of one", choose);
    if (!statSync(path).isFile()) refuse("must be a file that can be read", "name a file", "is not a file");
    const own = join(folder, `${name}.json`);
    const isSecond = known.includes(name) && realpathSync(path) !== realpathSync(own);
    return {
      name,
      path,
      displayPath: relative(root, path).startsWith("..") ? path : relative(root, path),
      content: readFileSync(path, "utf8"),
      sameName: isSecond ? relative(root, own) : undefined,
    };
  } catch (error) {
    if (error instanceof EnvironmentError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    const [cause, fix] = CAUSES[code] ?? [code, "name a file that can be read"];
    return refuse("must be a file that can be read", fix, cause);
  }
}

/** Why a file cannot be read, and what helps. */
const CAUSES: Readonly<Record<string, readonly [cause: string, fix: string]>> = {
  EACCES: ["permission denied", "allow yourself to read it and the folders on the way"],
  ELOOP: ["symbolic links lead in a circle", "correct the links"],
  ENAMETOOLONG: ["the path is too long", "shorten it"],
  ENOTDIR: ["part of the path is no folder", "correct the path"],
};

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".json") && name !== "schema.json")
      .map((name) => basename(name, ".json"));
  } catch {
    return [];
  }
}
