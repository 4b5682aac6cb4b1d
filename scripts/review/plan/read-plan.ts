import type { Redactor } from "../redaction/redactor";
import {
  type ActionInvocation,
  type Kind,
  kindOf,
  type OutputChange,
  type Places,
  type Plan,
  type ResourceChange,
} from "./change";
import { type Configuration, configurationOf } from "./configuration";
import { type PlanJson, type ResourceChangeJson, UnreadablePlan } from "./plan-json";
import { type Attributes, differences, isObject, type Value } from "./values";

/** Shows a redactor every value of a plan. */
export function learn(redactor: Redactor, plan: PlanJson): void {
  const outputChanges = Object.entries(plan.output_changes ?? {});
  const changes: { type: string; change: Pair }[] = [
    ...(plan.resource_changes ?? []),
    ...(plan.resource_drift ?? []),
    ...outputChanges.map(([name, change]) => ({ type: OUTPUT, change: named(name, change) })),
  ];
  for (const { type, change } of changes) {
    const sensitive = merged(change.before_sensitive, change.after_sensitive);
    for (const value of [change.before, change.after]) redactor.learn({ type, value, sensitive });
  }
  for (const { config_values: value, config_sensitive: sensitive } of plan.action_invocations ?? [])
    redactor.learn({ type: ACTION, value, sensitive });
}

/**
 * A plan without what nobody may see.
 *
 * @throws UnreadablePlan
 */
export function readPlan(stack: string, plan: PlanJson, redactor: Redactor): Plan {
  const managed = (plan.resource_changes ?? []).filter(({ mode }) => mode === "managed");
  const configuration = configurationOf(plan);
  const resources = managed.map((one) => resourceChange(one, redactor, configuration));
  const isStill = ({ kind, previousAddress, imported }: ResourceChange) =>
    kind === "no-op" && !previousAddress && !imported;
  return {
    stack: redactor.text(stack),
    complete: plan.complete !== false,
    errored: plan.errored === true,
    deferred: plan.deferred_changes?.length ?? 0,
    resources: resources.filter((one) => !isStill(one)),
    unchanged: resources.filter(isStill),
    configured: configuration.others.map(({ expressions, ...one }) => ({
      ...one,
      address: redactor.text(one.address),
      commands: redactor.redacted({ type: "provisioner", value: expressions, sensitive: undefined }),
    })),
    providers: configuration.providers.map(({ settings, ...one }) => ({
      ...one,
      key: redactor.text(one.key),
      settings: redactor.redacted({ type: "provider", value: settings, sensitive: undefined }),
    })),
    drift: (plan.resource_drift ?? []).map((one) => resourceChange(one, redactor, configuration)),
    outputs: outputs(plan, redactor),
    actions: (plan.action_invocations ?? []).map((one) => action(one, redactor)),
    failedChecks: failedChecks(plan).map((message) => redactor.text(message)),
    provider: provider(plan),
    deployed: deployed(managed),
  };
}

function resourceChange(
  json: ResourceChangeJson,
  redactor: Redactor,
  configuration: Configuration,
): ResourceChange {
  const configured = configuration.argumentsOf(json.address);
  const { change, type } = json;
  const { before, after } = redactedPair(type, change, redactor);
  const [first] = change.actions;
  return {
    address: redactor.text(json.address),
    ...(json.previous_address && { previousAddress: redactor.text(json.previous_address) }),
    type,
    kind: kind(json, redactor),
    createsFirst: first === "create" && change.actions.length > 1,
    imported: Boolean(change.importing),
    deposed: Boolean(json.deposed),
    ...(configured && { configured }),
    ...(json.action_reason && { reason: json.action_reason }),
    replacePaths: (change.replace_paths ?? []).map((path) => redactor.text(path.join("."))),
    before: isObject(before) ? before : undefined,
    after: isObject(after) ? after : undefined,
    differences: differences(before ?? undefined, after ?? undefined),
  };
}

function kind({ change, address }: ResourceChangeJson, redactor: Redactor): Kind {
  try {
    return kindOf(change);
  } catch (error) {
    throw new UnreadablePlan(`${redactor.text(address)}: ${(error as Error).message}`);
  }
}

type Pair = Pick<ResourceChangeJson["change"], "before" | "after" | "after_unknown"> & {
  readonly before_sensitive?: unknown;
  readonly after_sensitive?: unknown;
};

/** What is sensitive before or after is hidden in both, so that a mark that goes away shows nothing. */
function redactedPair(type: string, change: Pair, redactor: Redactor): { before: Value; after: Value } {
  const sensitive = merged(change.before_sensitive, change.after_sensitive);
  return {
    before: redactor.redacted({ type, value: change.before, sensitive }),
    after: redactor.redacted({ type, value: change.after, sensitive, unknown: change.after_unknown }),
  };
}

function merged(one: unknown, other: unknown): unknown {
  if (one === true || other === true) return true;
  if (!isTree(one)) return other;
  if (!isTree(other)) return one;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...keys].map((key) => [key, merged(one[key], other[key])]));
}

function isTree(marks: unknown): marks is Readonly<Record<string, unknown>> {
  return typeof marks === "object" && marks !== null;
}

function outputs({ output_changes: changes }: PlanJson, redactor: Redactor): OutputChange[] {
  return Object.entries(changes ?? {}).flatMap(([name, change]) => {
    const { before, after } = redactedPair(OUTPUT, named(name, change), redactor);
    const [from, to] = [before, after].map((one) => Object.values(one as Attributes)[0] ?? null);
    const found = kindOf(change);
    return found === "no-op"
      ? []
      : [{ name: redactor.text(name), kind: found, before: from ?? null, after: to ?? null }];
  });
}

const OUTPUT = "output";
const ACTION = "action";

/** The name of an output has a say in what it is: its value is looked at as an attribute of that name. */
function named(name: string, change: Pair): Pair {
  return {
    before: { [name]: change.before },
    after: { [name]: change.after },
    after_unknown: { [name]: change.after_unknown },
    before_sensitive: { [name]: change.before_sensitive },
    after_sensitive: { [name]: change.after_sensitive },
  };
}

function action(
  {
    address,
    type,
    config_values: values,
    config_sensitive: sensitive,
    lifecycle_action_trigger: by,
  }: NonNullable<PlanJson["action_invocations"]>[number],
  redactor: Redactor,
): ActionInvocation {
  const event = by?.action_trigger_event ?? "";
  const trigger = by && `${event} ${by.triggering_resource_address ?? ""}`.trim();
  return {
    address: redactor.text(address),
    type: redactor.text(type),
    ...(trigger && { trigger: redactor.text(trigger) }),
    arguments: Object.keys(values ?? {}).map((name) => redactor.text(name)),
    values: redactor.redacted({ type: ACTION, value: values, sensitive }),
  };
}

function failedChecks({ checks }: PlanJson): string[] {
  return (checks ?? [])
    .filter(({ status }) => status === "fail" || status === "error")
    .flatMap(({ address, instances }) => {
      const messages = (instances ?? []).flatMap(({ problems }) =>
        (problems ?? []).map(({ message }) => message ?? ""),
      );
      return messages.length > 0
        ? messages.map((one) => `${address.to_display}: ${one}`)
        : [address.to_display];
    });
}

function provider({ configuration }: PlanJson): Places {
  const configs = Object.values(configuration?.provider_config ?? {}).filter(({ name }) => name === "aws");
  const constants = (setting: string) =>
    configs.flatMap(({ expressions }) => {
      const { constant_value: value } = (expressions?.[setting] ?? {}) as { constant_value?: unknown };
      return [value].flat().filter((one): one is string => typeof one === "string");
    });
  return { regions: constants("region"), accounts: constants("allowed_account_ids") };
}

function deployed(resources: readonly ResourceChangeJson[]): Places {
  const arns = resources.flatMap(({ change: { before } }) => {
    const { arn } = (before ?? {}) as { arn?: unknown };
    return typeof arn === "string" && arn.startsWith("arn:") ? [arn.split(":")] : [];
  });
  const parts = (index: number, form: RegExp) => [
    ...new Set(arns.map((arn) => arn[index] ?? "").filter((one) => form.test(one))),
  ];
  return { regions: parts(3, /^[a-z]{2}-[a-z-]+-\d$/), accounts: parts(4, /^\d{12}$/) };
}
