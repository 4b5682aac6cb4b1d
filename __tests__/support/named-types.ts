import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./shipped";

/** The AWS provider's types that files in the project's folders name: as Terraform does, or by their class's module. */
export function namedTypes(folders: readonly string[]): ReadonlySet<string> {
  const types = new Set<string>();
  for (const folder of folders)
    for (const entry of readdirSync(join(projectRoot, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.(ts|md)$/.test(entry.name)) continue;
      const text = readFileSync(join(entry.parentPath, entry.name), "utf8");
      for (const [, module, type] of text.matchAll(
        /provider-aws\/lib\/(?:data-aws-)?([a-z0-9-]+)|\b(aws_[a-z0-9_]+)/g,
      ))
        types.add(module ? `aws_${module.replaceAll("-", "_")}` : (type ?? ""));
    }
  return types;
}
