import { at, attribute, type ResourceChange } from "../plan/change";
import { isKnown, same, type Value } from "../plan/values";
import type { Found, Rule } from "./rule";
import { type Guard, grown, guarded, isChanged, list, raised, shown, turnedOff } from "./support";

const ROLES = /^vault_(aws|approle|jwt|kubernetes|cert)_auth_backend_role$/;

const GUARDS: readonly Guard[] = [
  guard("bound_iam_principal_arns", grown, "more principals may log in"),
  guard("bound_account_ids", grown, "more accounts may log in"),
  guard("token_policies", grown, "a login gives another policy"),
  guard("token_bound_cidrs", (before, after) => loosened(before, after), "tokens are good in more networks"),
  guard("token_ttl", raised, "tokens live longer"),
  guard("token_max_ttl", (before, after) => raised(forEver(before), forEver(after)), "tokens live longer"),
  guard("token_period", raised, "tokens can be renewed for ever"),
  guard("resolve_aws_unique_ids", turnedOff, "a role of the same name that is made anew may log in"),
  guard("auth_type", isChanged, "another kind of login"),
];
const CLIENT: Guard = {
  types: ["vault_aws_auth_backend_client"],
  attribute: "iam_server_id_header_value",
  severity: "high",
  isWorse: isChanged,
  what: "logins that were meant for another server may be good for this one",
};

export const vaultLoginWidened: Rule = {
  id: "R16",
  title: "Vault's roles or policies widened",
  condition:
    "a role of a login takes more principals, accounts or networks, gives another policy or longer tokens; a policy " +
    "gains a path or a capability",
  severity: "high",
  why: "A login or a path too many is a reader too many, and Vault asks nobody else.",
  resource: (change) => [
    ...guarded(change, [...GUARDS, CLIENT]),
    ...policy(change),
    ...skipsVerification(change),
  ],
};

function guard(attribute: string, isWorse: Guard["isWorse"], what: string): Guard {
  return { types: ROLES, attribute, severity: "high", isWorse, what };
}

/** No networks are all networks. */
function loosened(before: Value, after: Value): boolean {
  return list(before).length > 0 && (list(after).length === 0 || grown(before, after));
}

/** 0 is as long as the mount allows. */
function forEver(value: Value): Value {
  return value === 0 || value === null ? Number.MAX_SAFE_INTEGER : value;
}

function policy(change: ResourceChange): Found[] {
  if (change.type !== "vault_policy" || !["update", "replace", "create"].includes(change.kind)) return [];
  const { before, after } = attribute(change, "policy");
  if (same(before, after)) return [];
  const severity = change.kind === "create" ? "medium" : "high";
  if (!isKnown(after))
    return [{ severity, what: "the policy cannot be judged: it is hidden or not known yet" }];
  const from = rightsOf(before);
  const news = [...rightsOf(after)].filter((right) => !from.has(right));
  if (change.kind === "create")
    return news.filter(isBroad).map((right) => ({ severity, what: `a new policy with wildcards: ${right}` }));
  // What is not understood may say anything.
  if (news.length === 0 && rightsOf(after).size === 0)
    return [{ severity, what: "the policy cannot be judged" }];
  return news.map((right) => ({ severity, what: `the policy now allows ${right}` }));
}

function isBroad(right: string): boolean {
  return /sudo|\broot\b/.test(right) || /on [*+]/.test(right) || / on sys\//.test(right);
}

/** `<capability> on <path>`, of a policy in HCL or JSON. */
function rightsOf(policy: Value): ReadonlySet<string> {
  if (policy === null) return new Set();
  const paths = typeof policy === "string" ? fromHcl(policy) : fromJson(policy);
  return new Set(paths.flatMap(([path, capabilities]) => capabilities.map((one) => `${one} on ${path}`)));
}

type Path = readonly [path: string, capabilities: readonly string[]];

function fromHcl(text: string): Path[] {
  const plain = text.replaceAll(/(^|\s)(#|\/\/).*$/gm, "");
  return [...plain.matchAll(/path\s+"([^"]+)"\s*\{([^}]*)\}/g)].map(([, path = "", body = ""]) => [
    path,
    [...(/capabilities\s*=\s*\[([^\]]*)\]/.exec(body)?.[1] ?? "").matchAll(/"([^"]+)"/g)].map(
      ([, one = ""]) => one,
    ),
  ]);
}

function fromJson(policy: Value): Path[] {
  return Object.entries(at(policy, "path") ?? {}).map(([path, body]) => [
    path,
    list(at(body as Value, "capabilities")).map((one) => shown(one)),
  ]);
}

function skipsVerification(change: ResourceChange): Found[] {
  if (change.type !== "aws_lambda_function") return [];
  const added = change.differences.some(
    ({ path, after }) => path.endsWith(".VAULT_SKIP_VERIFY") && after !== undefined,
  );
  return added ? [{ severity: "high", what: "the function no longer checks who Vault's server is" }] : [];
}
