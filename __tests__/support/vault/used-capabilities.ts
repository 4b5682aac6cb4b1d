import { readFileSync } from "node:fs";

interface AuditedRequest {
  readonly type: string;
  readonly auth?: { readonly policies?: readonly string[] };
  readonly request: { readonly path: string; readonly operation: string };
}

/**
 * What a policy gives and nobody with it used, by the audit log: `<capability> <path>`. Whether `sudo` was needed is not
 * in a log. Few parts of Vault tell `create` from `update` (Vault documentation, "Policies"): either is a use of both.
 */
export function unusedCapabilities(name: string, policy: string, auditLog: string): readonly string[] {
  const lines = readFileSync(auditLog, "utf8").trim().split("\n");
  const requests = lines
    .map((line) => JSON.parse(line) as AuditedRequest)
    .filter(({ type, auth }) => type === "request" && auth?.policies?.includes(name))
    .map(({ request }) => request);
  const rules = [...policy.matchAll(/path "(.+?)" \{\s*capabilities = \[(.+?)\]/g)];
  return rules.flatMap(([, path = "", list = ""]) => {
    const covers = (asked: string) =>
      path.endsWith("*") ? asked.startsWith(path.slice(0, -1)) : asked === path;
    const used = new Set(requests.filter((one) => covers(one.path)).map(({ operation }) => operation));
    const given = (list.match(/\w+/g) ?? []).filter((capability) => capability !== "sudo");
    if (used.has("update")) used.add("create");
    return given.filter((capability) => !used.has(capability)).map((capability) => `${capability} ${path}`);
  });
}
