import type { Plan, ResourceChange } from "../plan/change";
import { isObject, same, UNKNOWN } from "../plan/values";
import { JUDGED_DATA, JUDGED_OF_ALL, JUDGED_PROVIDERS, JUDGED_TYPES, type JudgedType } from "./judged-types";
import type { Found, Rule, Severity } from "./rule";
import { isEmpty, isFirst, isWritten } from "./support";

/** Services whose resources give somebody something, or take a guard away. */
const SENSITIVE = /^(aws_(db|iam|kms|lambda|ram|rds|secretsmanager)|vault)_/;

export const unjudged: Rule = {
  id: "R25",
  title: "Nobody judged it",
  resource: (change, plan) =>
    isWritten(change) || (change.kind === "delete" && !change.deposed) ? resource(change, plan) : [],
  plan: (plan) => [...first(plan), ...data(plan), ...providers(plan)],
};

function resource(change: ResourceChange, plan: Plan): Found[] {
  const { type, kind } = change;
  const judged = JUDGED_TYPES[type];
  if (!judged) {
    const isHarmless = kind === "update" && changed(change, { mayChange: [], mayGo: false }).length === 0;
    return isHarmless ? [] : [{ severity: severityOf(type), what: `nobody judged ${type}` }];
  }
  if (kind === "delete")
    return judged.mayGo || goesAlong(change, judged, plan)
      ? []
      : [{ severity: "medium", what: `${type} is destroyed` }];
  if (isOnlyNew(change)) return isFirst(plan) ? [] : [{ severity: "medium", what: `${type} is new` }];
  const names = changed(change, judged);
  if (kind === "replace" && names.length === 0 && !(judged.mayGo && judged.mayComeWith))
    return [{ severity: "medium", what: `${type} is replaced` }];
  const what = `nobody judged what is set: ${names.join(", ")}`;
  return names.length === 0 ? [] : [{ severity: "medium", what }];
}

function severityOf(type: string): Severity {
  return SENSITIVE.test(type) ? "high" : "medium";
}

/** What gives something that goes, too, takes nothing from anybody. */
function goesAlong({ before }: ResourceChange, { mayGoWith = {} }: JudgedType, { resources }: Plan): boolean {
  return Object.entries(mayGoWith).some(([name, type]) => {
    const id = before?.[name];
    const isIts = (one: ResourceChange) =>
      one.kind === "delete" && one.type === type && one.before?.id === id;
    return typeof id === "string" && resources.some(isIts);
  });
}

/** New, and of a type of which nobody judged what may be new. */
function isOnlyNew({ type, kind }: ResourceChange): boolean {
  const judged = JUDGED_TYPES[type];
  return kind === "create" && judged !== undefined && judged.mayComeWith === undefined;
}

/** To say of each resource that it is new would hide what other rules find. */
function first(plan: Plan): Found[] {
  const count = isFirst(plan) ? plan.resources.filter(isOnlyNew).length : 0;
  return count > 0 ? [{ severity: "medium", what: `a first deployment: ${count} resources are new` }] : [];
}

function changed(change: ResourceChange, { mayComeWith, mayChange }: JudgedType): string[] {
  const isNew = change.kind === "create";
  const judged = [...JUDGED_OF_ALL, ...mayChange, ...(isNew ? (mayComeWith ?? []) : [])];
  const names = new Set([...Object.keys(change.before ?? {}), ...Object.keys(change.after ?? {})]);
  return [...names].filter(
    (name) => !judged.includes(name) && (isNew ? isSet(change, name) : differs(change, name)),
  );
}

/** What a provider computes is known after the apply only, and no argument. */
function differs({ before, after, configured }: ResourceChange, name: string): boolean {
  if (after?.[name] === UNKNOWN) return configured?.has(name) ?? true;
  const [from, to] = [before, after].map((one) => one?.[name] ?? null);
  return !same(from, to) && !(isEmpty(from ?? null) && isEmpty(to ?? null));
}

/** As the configuration says, if the plan has it. It says nothing of dynamic blocks. */
function isSet({ after, configured }: ResourceChange, name: string): boolean {
  const value = after?.[name] ?? null;
  const isBlock = Array.isArray(value) && value.some(isObject);
  if (configured) return configured.has(name) || isBlock;
  // Without the configuration, 0 and false are taken for what a provider sets by itself.
  return value !== UNKNOWN && value !== false && value !== 0 && !isEmpty(value);
}

function data({ configured }: Plan): Found[] {
  const isJudged = (mode: string, type: string) => mode === "data" && JUDGED_DATA.includes(type);
  return configured
    .filter(({ mode, type }) => mode !== "managed" && !isJudged(mode, type))
    .map(({ mode, type, address }) => ({
      severity: severityOf(type),
      what: `nobody judged what is read: ${address} (${mode})`,
    }));
}

function providers({ providers: all }: Plan): Found[] {
  return all.flatMap(({ key, fullName, configured }): Found[] => {
    if (fullName === undefined) return [];
    const judged = JUDGED_PROVIDERS[fullName];
    if (!judged) return [{ severity: "high", what: `nobody judged the provider ${fullName}` }];
    const others = configured.filter((name) => !judged.includes(name));
    const what = `nobody judged what the provider ${key} is set to: ${others.join(", ")}`;
    return others.length === 0 ? [] : [{ severity: "medium", what }];
  });
}
