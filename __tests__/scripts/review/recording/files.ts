import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RecordedChange } from "./changes";

type Named = Pick<RecordedChange, "name" | "risky">;

/** The recorded plan of a change. */
export function fileOf({ name, risky }: Named): string {
  const words = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return join(__dirname, "..", "plans", risky ? "risky" : "harmless", `${words}.json`);
}

export function recordedText(change: Named): string {
  return readFileSync(fileOf(change), "utf8");
}
