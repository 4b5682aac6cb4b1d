import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "./checks";

/** Environments that would make resources of the same names in one place, where the second deploy fails half-way. */
export function sameNames(root: string): readonly Finding[] {
  const places = new Map<string, string[]>();
  for (const file of readdirSync(join(root, "environments")).sort()) {
    const place = placeOf(join(root, "environments", file));
    if (place !== undefined) places.set(place, [...(places.get(place) ?? []), file]);
  }
  return [...places]
    .filter(([, files]) => files.length > 1)
    .map(([place, files]) => ({
      name: "Environments",
      status: "failed",
      detail: `${files.join(" and ")} have ${place}`,
      fix: "Give each another namePrefix, or another account or region.",
    }));
}

/** Undefined for what is no environment, or one that somebody is writing. */
function placeOf(file: string): string | undefined {
  if (!file.endsWith(".json")) return undefined;
  try {
    const { account, region, namePrefix } = JSON.parse(readFileSync(file, "utf8"));
    if ([account, region, namePrefix].some((one) => typeof one !== "string")) return undefined;
    return `the namePrefix "${namePrefix}" in the account ${account} and the region ${region}`;
  } catch {
    return undefined;
  }
}
