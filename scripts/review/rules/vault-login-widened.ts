import { attribute, type Plan, type ResourceChange } from "../plan/change";
import { same, type Value } from "../plan/values";
import { vaultPathsOf, vaultWidenings } from "../policies/vault-paths";
import type { Found, Rule } from "./rule";
import {
  dropped,
  grown,
  guarded,
  guardsOf,
  isChanged,
  isWritten,
  list,
  raised,
  shown,
  turnedOff,
} from "./support";

const ROLES = /^vault_(aws|approle|jwt|kubernetes|cert)_auth_backend_role$/;

const GUARDS = guardsOf(
  ROLES,
  "high",
  ["bound_iam_principal_arns", unbound, "more principals may log in"],
  ["bound_account_ids", unbound, "more accounts may log in"],
  ["token_policies", grown, "a login gives another policy"],
  ["token_bound_cidrs", loosened, "tokens are good in more networks"],
  ["token_ttl", livesLonger, "tokens live longer"],
  ["token_max_ttl", livesLonger, "tokens live longer"],
  ["token_period", raised, "tokens can be renewed for ever"],
  ["resolve_aws_unique_ids", turnedOff, "a role of the same name that is made anew may log in"],
  ["auth_type", isChanged, "another kind of login"],
);
/** Whoever answers as AWS STS says who logs in. */
const CLIENT = guardsOf(
  ["vault_aws_auth_backend_client"],
  "high",
  [
    "iam_server_id_header_value",
    isChanged,
    "logins that were meant for another server may be good for this one",
  ],
  ["sts_endpoint", isChanged, "another server says who logs in"],
);

export const vaultLoginWidened: Rule = {
  id: "R16",
  title: "Vault's roles or policies widened",
  resource: (change, plan) => [
    ...guarded(change, [...GUARDS, ...CLIENT]),
    ...login(change, plan),
    ...policy(change),
    ...skipsVerification(change),
  ],
};

/** No name at all is every name. */
function unbound(before: Value, after: Value): boolean {
  return grown(before, after) || dropped(before, after);
}

/** No networks are all networks. */
function loosened(before: Value, after: Value): boolean {
  return list(before).length > 0 && (list(after).length === 0 || grown(before, after));
}

function livesLonger(before: Value, after: Value): boolean {
  return raised(forEver(before), forEver(after));
}

/** 0 is as long as the mount allows. */
function forEver(value: Value): Value {
  return value === 0 || value === null ? Number.MAX_SAFE_INTEGER : value;
}

function policy(change: ResourceChange): Found[] {
  if (change.type !== "vault_policy" || !isWritten(change)) return [];
  const { before, after } = attribute(change, "policy");
  if (same(before, after)) return [];
  const [from, to] = [before, after].map(vaultPathsOf);
  if (!from || !to) return [{ severity: "high", what: "the policy cannot be judged" }];
  return vaultWidenings(from, to).map((what) => ({
    severity: change.kind !== "create" || isBroad(what) ? "high" : "medium",
    what: `the policy ${what}`,
  }));
}

function isBroad(what: string): boolean {
  return /allows (sudo|root) | on (sys|auth|identity)\/| on .*[*+]/.test(what);
}

/** Of a new role, what a login of this environment's functions does not have. */
function login(change: ResourceChange, plan: Plan): Found[] {
  if (!ROLES.test(change.type) || change.kind !== "create") return [];
  const principals = list(attribute(change, "bound_iam_principal_arns").after).map(String);
  const isOurs = (arn: string) => /^arn:[\w-]+:iam::\d{12}:(role|user)\/[^*]+$/.test(arn);
  const policies = [...plan.unchanged, ...plan.resources].filter(({ type }) => type === "vault_policy");
  const known = policies.map(({ before, after }) => (after ?? before)?.name);
  const others = list(attribute(change, "token_policies").after).filter((name) => !known.includes(name));
  const networks = list(attribute(change, "token_bound_cidrs").after);
  return [
    ...(principals.length > 0 && principals.every(isOurs) ? [] : ["it is not for roles that have a name"]),
    ...(others.length === 0 ? [] : [`it gives a policy of somebody else: ${others.map(shown).join(", ")}`]),
    ...(networks.length > 0 && !networks.includes("0.0.0.0/0")
      ? []
      : ["its tokens are good in every network"]),
  ].map((what) => ({ severity: "high", what }));
}

function skipsVerification(change: ResourceChange): Found[] {
  if (change.type !== "aws_lambda_function") return [];
  const added = change.differences.some(
    ({ path, after }) => path.endsWith(".VAULT_SKIP_VERIFY") && after !== undefined,
  );
  return added ? [{ severity: "high", what: "the function no longer checks who Vault's server is" }] : [];
}
