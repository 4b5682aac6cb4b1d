import { VALUE_TAG } from "../../../lambda/rotation/contract/tags";
import { accountsOf, attribute, type Plan, type ResourceChange, ROTATION_TAG } from "../plan/change";
import { isKnown, same, type Value } from "../plan/values";
import { accountsIn } from "../policies/outsiders";
import type { Found, Rule } from "./rule";
import { CANNOT_BE_JUDGED, exchanged, guarded, guardsOf, isWritten, lost, removed, shown } from "./support";

const ROTATION = "aws_secretsmanager_secret_rotation";
const PERMISSION = "aws_lambda_permission";
const LONGEST_DAYS = 90;
const FOR_OTHERS = "the service may call the function on behalf of others";

export const rotationWeakened: Rule = {
  id: "R03",
  title: "Rotation weakened",
  resource: (change, plan) => [
    ...lost(change, [ROTATION], "high"),
    ...schedule(change),
    ...guarded(change, [
      ...guardsOf([ROTATION], "high", ["rotation_lambda_arn", exchanged, "another function rotates"]),
      ...guardsOf(
        [PERMISSION],
        "high",
        ["source_account", exchanged, FOR_OTHERS],
        ["source_arn", exchanged, FOR_OTHERS],
      ),
    ]),
    ...told(change),
    ...callable(change, plan),
    ...(isForRotation(change) ? removed(change, [PERMISSION], "high") : []),
  ],
};

/** What tags tell the rotation function, also those that a provider gives every resource. */
function told({ type, kind, differences }: ResourceChange): Found[] {
  if (type !== "aws_secretsmanager_secret" || (kind !== "update" && kind !== "replace")) return [];
  const places = differences.flatMap(({ path, ...values }) => {
    const [, name] = /^tags(_all)?$/.test(path) ? [path, path] : (ROTATION_TAG.exec(path) ?? []);
    // That one says what the secret's value was written for, and follows from the others.
    return name === undefined || name === VALUE_TAG ? [] : [[name, values] as const];
  });
  return [...new Map(places)].map(([name, { before = null, after = null }]) => ({
    severity: "high",
    what:
      isKnown(before) && isKnown(after)
        ? `the rotation function is told something else (${name}: ${shown(before)} → ${shown(after)})`
        : `${name} ${CANNOT_BE_JUDGED}`,
  }));
}

/** A new permission, or one for another principal, that is not for a service on behalf of this account. */
function callable(change: ResourceChange, plan: Plan): Found[] {
  if (change.type !== PERMISSION || !isWritten(change)) return [];
  const { before, after } = attribute(change, "principal");
  const isNew = change.kind === "create" || !same(before, after);
  const isService = typeof after === "string" && /^[\w.-]+\.amazonaws\.com$/.test(after);
  const isBound = ["source_account", "source_arn"].some((name) => {
    const accounts = accountsIn(shown(attribute(change, name).after));
    return accounts.length > 0 && accounts.every((one) => accountsOf(plan).includes(one));
  });
  const action = attribute(change, "action").after;
  return [
    ...(isNew && !(isService && isBound)
      ? [{ severity: "high" as const, what: `the function may be called by ${shown(after)}` }]
      : []),
    ...(isNew && isService && after !== "secretsmanager.amazonaws.com"
      ? [{ severity: "medium" as const, what: `the function may be called by ${after}` }]
      : []),
    ...(isNew && action !== "lambda:InvokeFunction"
      ? [{ severity: "high" as const, what: `it permits ${shown(action)}` }]
      : []),
  ];
}

function isForRotation(change: ResourceChange): boolean {
  return attribute(change, "principal").before === "secretsmanager.amazonaws.com";
}

function schedule(change: ResourceChange): Found[] {
  if (change.type !== ROTATION || !["create", "update"].includes(change.kind)) return [];
  const { before, after } = attribute(change, "rotation_rules");
  if (same(before, after)) return [];
  if (!isKnown(after)) return [{ severity: "high", what: "rotation_rules cannot be judged" }];
  const [from, to] = [daysOf(before), daysOf(after)];
  const what = `rotates every ${shown(to)} days`;
  if (to !== null && to > LONGEST_DAYS) return [{ severity: "block", what }];
  if (before === null) return [];
  if (to === null || from === null)
    return to === from && same(expression(before), expression(after))
      ? []
      : [{ severity: "medium", what: `the schedule is another one: ${shown(expression(after))}` }];
  return to > from ? [{ severity: "high", what: `${what}, so far every ${shown(from)}` }] : [];
}

function daysOf(rules: Value): number | null {
  const { automatically_after_days: days = null } = rule(rules);
  const [, rate] = /^rate\((\d+) days?\)$/.exec(String(expression(rules))) ?? [];
  if (rate !== undefined) return Number(rate);
  return typeof days === "number" && days > 0 ? days : null;
}

function expression(rules: Value): Value {
  return rule(rules).schedule_expression || null;
}

function rule(rules: Value): Readonly<Record<string, Value>> {
  const [found] = Array.isArray(rules) ? rules : [];
  return (found ?? {}) as Readonly<Record<string, Value>>;
}
