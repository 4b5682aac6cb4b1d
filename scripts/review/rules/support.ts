import { attribute, type Kind, type Plan, type ResourceChange } from "../plan/change";
import { isKnown, same, UNKNOWN, type Value } from "../plan/values";
import { type Widening, widenings } from "../policies/compare";
import { outsidersOf } from "../policies/outsiders";
import { type Statement, statementsOf } from "../policies/statements";
import type { Found, Severity } from "./rule";

/** An attribute that must not get worse. */
export interface Guard {
  readonly types: readonly string[] | RegExp;
  readonly attribute: string;
  readonly severity: Severity;
  readonly isWorse: (before: Value, after: Value) => boolean;
  /** What it means if it does. */
  readonly what: string;
  /** Whether the attribute counts also in a resource that is created. @default - false */
  readonly alsoNew?: boolean;
  /** Types of resources: what comes from one that is made in the same plan is no worse. @default - none */
  readonly from?: readonly string[];
}

/** Guards of the same types and severity, each with what its loss means. */
export function guardsOf(
  types: Guard["types"],
  severity: Severity,
  ...guards: readonly (readonly [attribute: string, isWorse: Guard["isWorse"], what: string])[]
): Guard[] {
  return guards.map(([attribute, isWorse, what]) => ({ types, severity, attribute, isWorse, what }));
}

/** Holds a change against guards. What cannot be known counts as worse. */
export function guarded(change: ResourceChange, guards: readonly Guard[]): Found[] {
  const { kind, type } = change;
  return guards.flatMap(({ types, attribute: name, severity, isWorse, what, alsoNew, from }) => {
    const isNew = kind === "create" && alsoNew;
    if (!isOf(type, types) || !(isNew || kind === "update" || kind === "replace")) return [];
    const { before, after } = attribute(change, name);
    if (same(before, after) && !isNew) return [];
    if (!isKnown(before) || !isKnown(after))
      return isNew && isNothing(change, name, from)
        ? []
        : [{ severity, what: `${name} ${CANNOT_BE_JUDGED}` }];
    return isWorse(before, after)
      ? [{ severity, what: `${what} (${name}: ${shown(before)} → ${shown(after)})` }]
      : [];
  });
}

/** Whether what is not known of a new resource is computed by its provider, or comes from resources of some types. */
export function isNothing(
  { configured }: ResourceChange,
  path: string,
  from: readonly string[] = [],
): boolean {
  const references = configured?.get(path.replace(/\..*$/, ""));
  if (!references) return true;
  return references.length > 0 && references.every((one) => from.some((type) => one.startsWith(`${type}.`)));
}

/** Whether an attribute that is not known yet comes, for certain, from a resource of a type that the plan makes. */
export function isOfNew(
  change: ResourceChange,
  name: string,
  of: string,
  { resources }: Plan,
  kinds: readonly Kind[] = ["create"],
): boolean {
  const references = change.configured?.get(name) ?? [];
  const made = resources.filter(({ kind, type }) => kinds.includes(kind) && type === of);
  const isMade = (reference: string) => made.some(({ address }) => `${reference}.`.startsWith(`${address}.`));
  return change.after?.[name] === UNKNOWN && references.length > 0 && references.every(isMade);
}

/** Whether a resource gets what the configuration says. */
export function isWritten({ kind }: ResourceChange): boolean {
  return kind === "create" || kind === "update" || kind === "replace";
}

/** Whether all of a stack is new. */
export function isFirst({ resources, unchanged }: Plan): boolean {
  return unchanged.length === 0 && resources.length > 1 && resources.every(({ kind }) => kind === "create");
}

/** A resource that goes, or is made anew. */
export function lost({ kind, type }: ResourceChange, types: Guard["types"], severity: Severity): Found[] {
  if (!isOf(type, types) || (kind !== "delete" && kind !== "replace")) return [];
  return [{ severity, what: `${type} is ${kind === "delete" ? "destroyed" : "replaced"}` }];
}

/** A resource that goes, and no other one comes in its place. */
export function removed(
  { kind, type, deposed }: ResourceChange,
  types: Guard["types"],
  severity: Severity,
): Found[] {
  if (!isOf(type, types) || kind !== "delete" || deposed) return [];
  return [{ severity, what: `${type} is destroyed` }];
}

export function isOf(type: string, types: Guard["types"]): boolean {
  return types instanceof RegExp ? types.test(type) : types.includes(type);
}

export const turnedOff = (before: Value, after: Value) => isOn(before) && !isOn(after);
export const turnedOn = (before: Value, after: Value) => !isOn(before) && isOn(after);
export const isChanged = () => true;
export const lowered = (before: Value, after: Value) => number(before) > number(after);
export const raised = (before: Value, after: Value) => number(after) > number(before);
export const dropped = (before: Value, after: Value) => !isEmpty(before) && isEmpty(after);
/** Something that was there is another one, or gone. */
export const exchanged = (before: Value, after: Value) => !isEmpty(before) && !same(before, after);
/** Something is in the list that was not. */
export const grown = (before: Value, after: Value) => list(after).some((one) => !list(before).includes(one));
export const shrunk = (before: Value, after: Value) => grown(after, before);

/** A value for people, cut where it gets long. */
export function shown(value: Value): string {
  if (value === null) return "not set";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200).replace(/[\w!*/+=-]+$/, "")}…` : text;
}

export function list(value: Value): readonly Value[] {
  if (value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** The widenings of a policy in an attribute; `cannot tell` if it changes and is not to be understood. */
export function policyWidenings(
  change: ResourceChange,
  name: string,
): { readonly widenings: readonly Widening[]; readonly after: readonly Statement[] } | "cannot tell" {
  const { before, after } = attribute(change, name);
  if (!isWritten(change) || same(before, after) || after === null) return { widenings: [], after: [] };
  const [from, to] = [before === null ? [] : statementsOf(before), statementsOf(after)];
  if (!from || !to) return "cannot tell";
  return {
    // Not every rule asks for them.
    get widenings() {
      return widenings(from, to);
    },
    after: to,
  };
}

/** Of a new policy, whom it lets in who need not be of this environment. */
export function letIn(statements: readonly Statement[], accounts: readonly string[]): string[] {
  return statements.flatMap((statement) => {
    const outsiders = outsidersOf(statement, accounts);
    const sid = statement.sid ? ` (${statement.sid})` : "";
    return outsiders.length > 0 ? [`it lets in ${outsiders.slice(0, 4).join(", ")}${sid}`] : [];
  });
}

export const CANNOT_BE_JUDGED = "cannot be judged: it is hidden or known only after apply";
export const CANNOT_TELL = "the policy cannot be judged: it is hidden, known only after apply, or no policy";

function isOn(value: Value): boolean {
  return value === true || value === "true";
}

export function isEmpty(value: Value): boolean {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

function number(value: Value): number {
  return value === null ? 0 : Number(value);
}
