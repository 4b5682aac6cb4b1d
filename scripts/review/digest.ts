import { createHash } from "node:crypto";
import type { Plan, ResourceChange } from "./plan/change";
import { Hidden, isObject, UNKNOWN, type Value } from "./plan/values";
import type { Risk } from "./rules/rule";

/**
 * SHA-256 in hex of what plans would change, of where their providers do it, and of the risks that were found: equal
 * for the plan that was reviewed and one that is made again of the same code and state. No secret goes into it, so
 * nobody can guess one by it.
 *
 * @param risks of these plans, and maybe of others
 */
export function digestOf(plans: readonly Plan[], risks: readonly Risk[]): string {
  const changes = [...plans]
    .sort(by(({ stack }) => stack))
    .map((plan) => `${textOf(plan)},${textOfRisks(risks.filter(({ stack }) => stack === plan.stack))}`);
  return createHash("sha256").update(`[${changes.join()}]`).digest("hex");
}

/** A review asks for the digest of each plan and of all of them, and for both once more to know them again. */
const TEXTS = new WeakMap<Plan, string>();

function textOf(plan: Plan): string {
  const text = TEXTS.get(plan) ?? JSON.stringify(normalised(plan));
  TEXTS.set(plan, text);
  return text;
}

/** The verdict follows from the severities. What exactly was found, the changes say. */
function textOfRisks(risks: readonly Risk[]): string {
  return JSON.stringify(
    risks.map(({ rule, severity, address = null }) => [rule, severity, address]).sort(by(String)),
  );
}

function normalised({ stack, resources, outputs, actions, configured, providers }: Plan): unknown {
  return {
    stack,
    providers: providers
      .map(({ key, fullName, version, settings }) => [key, fullName, version, shape(settings)])
      .sort(by(String)),
    configured: configured
      .map(({ address, provisioners, commands }) => [address, provisioners, shape(commands)])
      .sort(by(String)),
    resources: [...resources].sort(by(({ address, deposed }) => `${address} ${deposed}`)).map(resource),
    outputs: [...outputs]
      .sort(by(({ name }) => name))
      .map(({ name, kind, before, after }) => [name, kind, shape([before, after])]),
    actions: actions.map(({ address, trigger, arguments: names, values }) => [
      address,
      trigger,
      names,
      shape(values),
    ]),
  };
}

function resource({
  address,
  previousAddress,
  kind,
  createsFirst,
  imported,
  deposed,
  differences,
}: ResourceChange) {
  const places = differences.map(({ path, before, after }) => [path, shape([before ?? null, after ?? null])]);
  return [address, previousAddress, kind, createsFirst, imported, deposed, places.sort(by(String))];
}

/** In one way of writing. Of secrets it only tells whether they are the same in one place. */
function shape(value: Value, seen = new Map<number, number>()): unknown {
  if (value instanceof Hidden) {
    if (value.hash !== undefined) return `(hidden ${value.hash})`;
    const number = seen.get(value.number) ?? seen.size;
    seen.set(value.number, number);
    return `(hidden ${number})`;
  }
  if (value === UNKNOWN) return "(known after apply)";
  if (Array.isArray(value)) return value.map((one) => shape(one, seen));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).sort(by(([key]) => key));
  return Object.fromEntries(entries.map(([key, child]) => [key, shape(child, seen)]));
}

function by<T>(key: (one: T) => string): (a: T, b: T) => number {
  return (a, b) => (key(a) < key(b) ? -1 : Number(key(a) > key(b)));
}
