import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const projectRoot = resolve(__dirname, "..", "..", "..", "..");

export const shippedEnvironments = readdirSync(join(projectRoot, "environments"))
  .filter((file) => file.endsWith(".json") && file !== "schema.json")
  .map((file) => file.replace(/\.json$/, ""));

/** What an environment file holds, to be changed by a test. */
export function shippedSettings(name: string) {
  return JSON.parse(readFileSync(join(projectRoot, "environments", `${name}.json`), "utf8"));
}
