import { readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(__dirname, "..", "..", "constructs", "ci", "policies");

/** docs/permissions.md with the policies that constructs/ci attaches to a pipeline's roles. */
export function withPolicies(document: string): string {
  return document.replaceAll(
    /^(```json ([\w-]+\.json)\n)[\s\S]*?^```$/gm,
    (_, begin: string, name: string) => `${begin}${readFileSync(join(FOLDER, name), "utf8")}\`\`\``,
  );
}
