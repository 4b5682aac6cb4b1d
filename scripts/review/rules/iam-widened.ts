import { accountsOf, attribute, type Plan, type ResourceChange } from "../plan/change";
import type { Widening } from "../policies/compare";
import type { Statement } from "../policies/statements";
import type { Found, Rule } from "./rule";
import {
  CANNOT_TELL,
  exchanged,
  grown,
  guarded,
  isWritten,
  letIn,
  policyWidenings,
  removed,
  shown,
} from "./support";

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
/** Writing logs, metrics and traces, and what AWS Lambda needs to be in a VPC. */
const ORDINARY = new RegExp(
  "^(logs:(createloggroup|createlogstream|putlogevents|describelog(groups|streams))|cloudwatch:putmetricdata|" +
    "xray:put(tracesegments|telemetryrecords)|ec2:(create|describe|delete)networkinterfaces?|ec2:describesubnets|" +
    "ec2:(un)?assignprivateipaddresses)$",
);
/** A role of a service is for that service in its own account. */
const OF_SERVICES = /^it lets in (Service:[\w.-]+(, )?)+( \(.*\))?$/;

export const iamWidened: Rule = {
  id: "R08",
  title: "IAM permissions widened",
  resource: (change, plan) => [
    ...(POLICIES[change.type] ?? []).flatMap((name) => policy(change, name, plan)),
    ...attached(change),
    ...guarded(change, [
      {
        types: ROLES,
        attribute: "permissions_boundary",
        severity: "high",
        isWorse: exchanged,
        what: "its permissions boundary is removed, or another one",
      },
      {
        types: ROLES,
        attribute: "managed_policy_arns",
        severity: "high",
        isWorse: grown,
        what: "another managed policy is attached",
        alsoNew: true,
      },
    ]),
    ...deniesGone(change),
  ],
};

function policy(change: ResourceChange, name: string, plan: Plan): Found[] {
  const found = policyWidenings(change, name);
  if (found === "cannot tell")
    return [{ severity: change.kind === "create" ? "medium" : "high", what: CANNOT_TELL }];
  if (change.kind === "create") {
    const outsiders = letIn(found.after, accountsOf(plan)).filter((what) => !OF_SERVICES.test(what));
    return [
      ...outsiders.map((what) => ({ severity: "high" as const, what })),
      ...found.after.flatMap(given),
      ...found.after.flatMap(trusted),
    ];
  }
  return found.widenings.map((widening) => ({ severity: "high", what: described(widening) }));
}

function described({ kind, statement, what }: Widening): string {
  const isEverybody = kind === "allows more" && statement.principals?.names.includes("AWS:*");
  return isEverybody ? `${what}: everybody` : what;
}

/** What a statement of a new policy gives an identity, if that is more than every function needs. */
function given({ denies, actions, resources, principals, conditions, sid }: Statement): Found[] {
  const odd = actions.names.filter((one) => actions.except || !ORDINARY.test(one));
  if (denies || principals || odd.length === 0) return [];
  const isWild = actions.except || odd.some((one) => /[*?]/.test(one));
  const isEverywhere = resources.except || resources.names.some((one) => /(^|[:/])\*$/.test(one));
  const isBroad = isWild || (isEverywhere && conditions.length === 0);
  const named = `${odd.slice(0, 4).join(", ")}${sid ? ` (${sid})` : ""}`;
  return [
    isBroad
      ? { severity: "high", what: `a new policy with wildcards: ${named}` }
      : { severity: "medium", what: `a new policy gives ${named}` },
  ];
}

/** Functions, servers and databases get their roles from AWS's services. */
function trusted({ denies, principals }: Statement): Found[] {
  const people = principals?.names.filter((name) => !name.startsWith("Service:")) ?? [];
  if (denies || people.length === 0) return [];
  return [{ severity: "medium", what: `a new role can be taken by ${people.slice(0, 4).join(", ")}` }];
}

function attached(change: ResourceChange): Found[] {
  if (!ATTACHMENT.test(change.type) || !isWritten(change)) return [];
  return [
    {
      severity: "high",
      what: `a managed policy is attached: ${shown(attribute(change, "policy_arn").after)}`,
    },
  ];
}

/** A policy that goes takes its denials along. */
function deniesGone(change: ResourceChange): Found[] {
  const gone = removed(change, Object.keys(POLICIES), "high");
  if (gone.length === 0 || !JSON.stringify(attribute(change, "policy").before).includes('"Effect":"Deny"'))
    return [];
  return gone.map(({ severity }) => ({ severity, what: "a policy that denies is removed" }));
}
