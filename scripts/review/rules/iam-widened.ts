import { attribute, type ResourceChange } from "../plan/change";
import type { Widening } from "../policies/compare";
import type { Statement } from "../policies/statements";
import type { Found, Rule } from "./rule";
import { CANNOT_TELL, dropped, grown, guarded, policyWidenings, removed, shown } from "./support";

/** By type, the attributes that are policies. */
const POLICIES: Readonly<Record<string, readonly string[]>> = {
  aws_iam_role: ["assume_role_policy"],
  aws_iam_role_policy: ["policy"],
  aws_iam_policy: ["policy"],
  aws_iam_user_policy: ["policy"],
  aws_iam_group_policy: ["policy"],
};
const ATTACHMENT = /^aws_iam_(role|user|group)?_?policy_attachment$/;
const ROLES = ["aws_iam_role", "aws_iam_user"];
const POWERFUL = /^(\*|(secretsmanager|kms|iam|sts|rds-db|lambda):)/;

export const iamWidened: Rule = {
  id: "R08",
  title: "IAM permissions widened",
  condition:
    "compared statement by statement, a policy allows more actions, resources or principals, has a weaker condition " +
    "or denies less; a policy is attached; a permissions boundary goes; a new policy has wildcards",
  severity: "high",
  why: "Whoever has the role reaches more than its job needs.",
  resource: (change) => [
    ...(POLICIES[change.type] ?? []).flatMap((name) => policy(change, name)),
    ...attached(change),
    ...guarded(change, [
      {
        types: ROLES,
        attribute: "permissions_boundary",
        severity: "high",
        isWorse: dropped,
        what: "its permissions boundary is removed",
      },
      {
        types: ROLES,
        attribute: "managed_policy_arns",
        severity: "high",
        isWorse: grown,
        what: "another managed policy is attached",
      },
    ]),
    ...deniesGone(change),
  ],
};

function policy(change: ResourceChange, name: string): Found[] {
  const found = policyWidenings(change, name);
  if (found === "cannot tell")
    return [{ severity: change.kind === "create" ? "medium" : "high", what: CANNOT_TELL }];
  if (change.kind === "create") return broad(found.after);
  return found.widenings.map((widening) => ({ severity: "high", what: described(widening) }));
}

function described({ kind, statement, what }: Widening): string {
  const isEverybody = kind === "allows more" && statement.principals?.names.includes("AWS:*");
  return isEverybody ? `${what}: everybody` : what;
}

/** Of a new policy only what no job needs. */
function broad(statements: readonly Statement[]): Found[] {
  return statements
    .filter(({ denies }) => !denies)
    .filter(({ actions, resources, principals, conditions }) => {
      const isWild = actions.except || actions.names.some((one) => /^(\*|[\w-]+:\*)$/.test(one));
      const isEverywhere = resources.except || resources.names.includes("*");
      const isPowerful = actions.names.some((one) => POWERFUL.test(one));
      const isOpen = principals ? principals.except || principals.names.includes("AWS:*") : false;
      const isUnbound = conditions.length === 0;
      return isWild || isOpen || (!principals && isEverywhere && isPowerful && isUnbound);
    })
    .map(({ sid }) => ({ severity: "high", what: `a new policy with wildcards${sid ? ` (${sid})` : ""}` }));
}

function attached(change: ResourceChange): Found[] {
  const isNew = ["create", "update", "replace"].includes(change.kind);
  if (!ATTACHMENT.test(change.type) || !isNew) return [];
  return [
    {
      severity: "high",
      what: `a managed policy is attached: ${shown(attribute(change, "policy_arn").after)}`,
    },
  ];
}

/** A policy that goes takes its denials along. */
function deniesGone(change: ResourceChange): Found[] {
  const { before } = attribute(change, "policy");
  if (!JSON.stringify(before ?? null).includes('"Effect":"Deny"')) return [];
  return removed(change, Object.keys(POLICIES), "high").map(({ severity }) => ({
    severity,
    what: "a policy that denies is removed",
  }));
}
