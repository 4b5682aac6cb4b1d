import { digestOf } from "./digest";
import { noiseOf, type Plan, type ResourceChange } from "./plan/change";
import { Hidden, isObject, UNKNOWN, type Value } from "./plan/values";
import { countsOf, type Review } from "./review";

/** The review for programs; `--base` reads it again. */
export function reviewJson({ verdict, digest, counts, risks, gone, plans }: Review): string {
  return JSON.stringify(
    { version: 1, verdict, digest, counts, risks, gone, stacks: plans.map((plan) => stack(plan, risks)) },
    null,
    2,
  );
}

function stack(plan: Plan, risks: Review["risks"]) {
  const { stack: name, resources, drift, outputs, actions, failedChecks } = plan;
  return {
    stack: name,
    digest: digestOf([plan], risks),
    counts: countsOf([plan]),
    resources: resources.map(resource),
    drift: drift.map(resource),
    outputs: outputs.map(({ before, after, ...output }) => ({
      ...output,
      before: json(before),
      after: json(after),
    })),
    actions: actions.map(({ values: _, ...action }) => action),
    failedChecks,
  };
}

function resource(change: ResourceChange) {
  const { before: _, after: __, differences, ...rest } = change;
  return {
    ...rest,
    ...(noiseOf(change) && { noise: noiseOf(change) }),
    differences: differences.map(({ path, before, after }) => ({
      path,
      before: json(before),
      after: json(after),
    })),
  };
}

function json(value: Value | undefined): unknown {
  if (value === UNKNOWN) return { unknown: true };
  if (value instanceof Hidden) return { hidden: value.why };
  if (Array.isArray(value)) return value.map(json);
  return isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, json(one)]))
    : value;
}
