import { accountsOf, type ResourceChange } from "../plan/change";
import { isObject, type Value } from "../plan/values";
import { accountsIn } from "../policies/outsiders";
import type { Rule } from "./rule";
import { isWritten } from "./support";

export const outsiderNamed: Rule = {
  id: "R27",
  title: "Another account is named",
  resource(change, plan) {
    if (!isWritten(change)) return [];
    const ours = accountsOf(plan);
    const named = new Map<string, string>();
    for (const { path, account } of accountsNamed(change))
      if (!ours.includes(account) && !named.has(account)) named.set(account, path);
    return [...named].map(([account, path]) => ({
      severity: "high",
      what: `${path} names the account ${account}, which is not known to be this environment's`,
    }));
  },
};

/** In what changes. Of layers another rule knows which are AWS's and HashiCorp's. */
function accountsNamed({ differences }: ResourceChange): { path: string; account: string }[] {
  return differences
    .filter(({ path }) => !path.startsWith("layers"))
    .flatMap(({ path, before, after }) => {
      const named = accountsBelow(after ?? null);
      const had = named.length > 0 ? accountsBelow(before ?? null) : [];
      return named.filter((account) => !had.includes(account)).map((account) => ({ path, account }));
    });
}

function accountsBelow(value: Value): string[] {
  if (typeof value === "string") return accountsIn(value);
  if (Array.isArray(value)) return value.flatMap(accountsBelow);
  return isObject(value)
    ? Object.entries(value).flatMap(([key, child]) => [...accountsIn(key), ...accountsBelow(child)])
    : [];
}
