import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./shipped";

/** Every region of every partition that the AWS SDK knows; it does not export them. */
export function regionsOfSdk(): string[] {
  const file = "@aws-sdk/core/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js";
  const source = readFileSync(join(projectRoot, "node_modules", file), "utf8");
  const json = source.slice(source.indexOf("{"), source.lastIndexOf("};") + 1);
  const { partitions } = JSON.parse(json) as { partitions: { regions: Record<string, unknown> }[] };
  return partitions.flatMap(({ regions }) =>
    Object.keys(regions).filter((name) => !name.endsWith("-global")),
  );
}
