import type { IncomingHttpHeaders } from "node:http";
import type { ApiCall, ResourceTags } from "./api-calls";

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
  { authorization = "" }: IncomingHttpHeaders,
): Promise<ResourceTags | undefined> {
  if (call.service !== "ec2" || call.action.startsWith("Describe")) return undefined;
  const ids = namedIds(call);
  if (ids.length === 0) return undefined;
  const values = Object.fromEntries(ids.map((id, index) => [`Filter.1.Value.${index + 1}`, id]));
  const response = await fetch(`http://127.0.0.1:${motoPort}/`, {
    method: "POST",
    headers: { authorization, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      Action: "DescribeTags",
      Version: "2016-11-15",
      "Filter.1.Name": "resource-id",
      ...values,
    }),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`moto does not tell the tags of ${ids.join()}: HTTP ${response.status}`);
  const tags: Record<string, Record<string, string>> = {};
  for (const [, item = ""] of answer.matchAll(/<item>([\s\S]*?)<\/item>/g)) {
    const part = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(item)?.[1] ?? "";
    tags[part("resourceId")] = { ...tags[part("resourceId")], [part("key")]: part("value") };
  }
  return tags;
}
