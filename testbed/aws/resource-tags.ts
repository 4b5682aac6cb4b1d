import type { IncomingHttpHeaders } from "node:http";
import type { ApiCall, ResourceTags } from "./api-calls";
import { askMoto } from "./ask-moto";

/** The resources of EC2 that a call names by their ids. */
export function namedIds({ input }: ApiCall): readonly string[] {
  const ids = Object.entries(input).flatMap(([key, value]) =>
    /Id(\.\d+)?$/.test(key) && typeof value === "string" && /^[a-z-]+-[0-9a-f]{8,17}$/.test(value)
      ? [value]
      : [],
  );
  return [...new Set(ids)];
}

/** What moto has for tags of what a call is about to change. It has them no more when that is gone. */
export async function tagsOf(
  motoPort: number,
  call: ApiCall,
  headers: IncomingHttpHeaders,
): Promise<ResourceTags | undefined> {
  if (call.service !== "ec2" || call.action.startsWith("Describe")) return undefined;
  const ids = namedIds(call);
  if (ids.length === 0) return undefined;
  const describe = async (action: string, filter: string, values: readonly string[]) =>
    await askMoto(motoPort, headers, {
      Action: action,
      Version: "2016-11-15",
      "Filter.1.Name": filter,
      ...Object.fromEntries(values.map((value, index) => [`Filter.1.Value.${index + 1}`, value])),
    });
  const tags: Record<string, Record<string, string>> = {};
  for (const [, item = ""] of (await describe("DescribeTags", "resource-id", ids)).matchAll(ITEM)) {
    const id = part(item, "resourceId");
    tags[id] = { ...tags[id], [part(item, "key")]: part(item, "value") };
  }
  // Of an attachment, AWS looks at what is attached.
  for (const id of ids.filter((one) => one.startsWith("eni-attach-"))) {
    const answer = await describe("DescribeNetworkInterfaces", "attachment.attachment-id", [id]);
    const [, set] = /<tagSet>([\s\S]*?)<\/tagSet>/.exec(answer) ?? [];
    if (set === undefined) continue;
    tags[id] = Object.fromEntries(
      [...set.matchAll(ITEM)].map(([, item = ""]) => [part(item, "key"), part(item, "value")]),
    );
  }
  return tags;
}

const ITEM = /<item>([\s\S]*?)<\/item>/g;

function part(item: string, name: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(item)?.[1] ?? "";
}
