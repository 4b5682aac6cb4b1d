import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { detectProviderSource } from "../../scripts/terraform/provider-source";
import {
  type RunningProviders,
  shareProviders,
} from "../../testbed/terraform/running-providers/running-providers";

let running: RunningProviders | undefined;

const ROOT = join(__dirname, "..", "..");
/** Whose text names every type that a test deploys. */
const NAMING = ["constructs", "testbed", "__tests__", "docs"];

/** All tests share AWS providers, and so does what they start. */
export function startSharing(): void {
  running = shareProviders(tmpdir(), detectProviderSource(), namedTypes);
  Object.assign(process.env, running?.variables);
}

export function stopSharing(): void {
  running?.stop();
  running = undefined;
}

/** Types as Terraform names them, and those of the modules that have their classes. */
function namedTypes(): ReadonlySet<string> {
  const types = new Set<string>();
  for (const folder of NAMING)
    for (const entry of readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.(ts|md)$/.test(entry.name)) continue;
      const text = readFileSync(join(entry.parentPath, entry.name), "utf8");
      for (const [, module, type] of text.matchAll(
        /provider-aws\/lib\/(?:data-aws-)?([a-z0-9-]+)|\b(aws_[a-z0-9_]+)/g,
      ))
        types.add(module ? `aws_${module.replaceAll("-", "_")}` : (type ?? ""));
    }
  return types;
}
