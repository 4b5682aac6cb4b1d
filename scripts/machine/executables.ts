import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The path of a program in the folders of a PATH; undefined where none has it. */
export function findOnPath(name: string, path = ""): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
