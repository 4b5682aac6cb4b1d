import { existsSync } from "node:fs";
import { join } from "node:path";

const RUNTIMES = { "handler.ts": "nodejs24.x", "index.py": "python3.13" };

/** What a folder has that holds a function, for messages. */
export const HANDLER_FILES = Object.keys(RUNTIMES).join(" or ");

/** The runtime for a function's folder, a path from the folder of cdktf.json; undefined if it holds none. */
export function runtimeOfFolder(folder: string): string | undefined {
  return Object.entries(RUNTIMES).find(([file]) => existsSync(join(folder, file)))?.[1];
}
