import type { Plan, ResourceChange } from "../plan/change";
import { same, UNKNOWN, type Value } from "../plan/values";
import type { Found, Rule } from "./rule";
import { CANNOT_BE_JUDGED, isNothing, isOfNew } from "./support";

/** The attribute that names what something belongs to, and the type of that. */
type Owner = readonly [attribute: string, type: string];

interface Names {
  /** Attributes by which the service knows it: to create one with the names of another is to change that one. */
  readonly by: readonly string[];
  /** @default - it stands alone */
  readonly owner?: Owner;
}

/** Types whose API has one call to put, and none to create. */
const PUT: Readonly<Record<string, Names>> = {
  aws_cloudwatch_event_rule: { by: ["name"] },
  aws_cloudwatch_log_metric_filter: { by: ["log_group_name", "name"] },
  aws_cloudwatch_metric_alarm: { by: ["alarm_name"] },
  aws_iam_role_policy: { by: ["role", "name"], owner: ["role", "aws_iam_role"] },
  aws_secretsmanager_secret_policy: {
    by: ["secret_arn"],
    owner: ["secret_arn", "aws_secretsmanager_secret"],
  },
  vault_policy: { by: ["name"] },
};

export const overwritten: Rule = {
  id: "R28",
  title: "Another resource is overwritten",
  resource(change, plan) {
    const names = PUT[change.type];
    return names && isNamed(change, names) ? found(change, names, plan) : [];
  },
};

/** Whether the service gets a name that it did not have from this resource. */
function isNamed({ kind, before, after }: ResourceChange, { by }: Names): boolean {
  return kind === "create" || (kind === "replace" && by.some((name) => !same(before?.[name], after?.[name])));
}

function found(change: ResourceChange, { by, owner }: Names, plan: Plan): Found[] {
  const others = [...plan.unchanged, ...plan.resources].filter(({ address }) => address !== change.address);
  const isSame = (one: ResourceChange) =>
    one.type === change.type && by.every((name) => same(named(one, name), named(change, name)));
  const what = [
    ...others.filter(isSame).map(({ address }) => `it overwrites ${address}`),
    ...(owner && !isOwned(change, owner, plan) ? [`the stack does not have what its ${owner[0]} names`] : []),
    ...by
      .filter((name) => name !== owner?.[0] && named(change, name) === UNKNOWN && !isNothing(change, name))
      .map((name) => `its ${name} ${CANNOT_BE_JUDGED}`),
  ];
  return what.map((one) => ({ severity: "high", what: one }));
}

function named({ before, after }: ResourceChange, name: string): Value {
  return (after ?? before)?.[name] ?? null;
}

function isOwned(change: ResourceChange, [name, of]: Owner, plan: Plan): boolean {
  const value = named(change, name);
  const isIts = (one: ResourceChange) =>
    one.type === of && ["id", "arn", "name"].some((key) => named(one, key) === value);
  return value === UNKNOWN
    ? isOfNew(change, name, of, plan, ["create", "replace"])
    : [...plan.unchanged, ...plan.resources].some(isIts);
}
