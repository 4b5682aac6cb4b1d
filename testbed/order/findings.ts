import { addressOfResource, type Deployment, type Resource } from "../deployed/resources";
import type { Graph } from "./graph";
import { ORDER_RULES, type OrderRule } from "./rules";

/** Two resources that a rule puts in order. */
export interface Ordered {
  readonly rule: OrderRule;
  /** As `<stack>/<type>.<name>`, the other one, too. */
  readonly later: string;
  readonly earlier: string;
}

/** All that the rules put in order. */
export function orderedBy({ resources }: Deployment, rules = ORDER_RULES): readonly Ordered[] {
  const byType = new Map<string, Resource[]>();
  for (const one of resources) byType.set(one.type, [...(byType.get(one.type) ?? []), one]);
  const find = (type: string) => (byType.get(type) ?? []).map(({ values }) => values);
  return rules.flatMap((rule) =>
    (byType.get(rule.later) ?? []).flatMap((later) =>
      (byType.get(rule.earlier) ?? [])
        .filter((earlier) => earlier.environment && rule.concerns(later, earlier, find))
        .map((earlier) => ({ rule, later: addressOfResource(later), earlier: addressOfResource(earlier) })),
    ),
  );
}

export function notInOrder(ordered: readonly Ordered[], graph: Graph): readonly string[] {
  return ordered
    .filter(({ later, earlier }) => !graph.waitsFor(later, earlier))
    .map(({ rule, later, earlier }) => `${later} does not wait for ${earlier}: ${rule.why}`);
}
