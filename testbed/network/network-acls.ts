import { blocksOf, type Resource, type Values } from "../deployed/resources";
import { blockOf } from "./blocks";
import { type Certainty, meets, type Seen } from "./rules";
import { difference, EVERYTHING, intersection, NOTHING, type Traffic, trafficOf, union } from "./traffic";

type Direction = "egress" | "ingress";

interface Entry {
  readonly direction: Direction;
  readonly number: number;
  readonly allows: boolean;
  readonly cidr?: string;
  readonly traffic: Traffic;
}

/** Network ACLs by subnet. They know no connections: an answer has to pass, too. */
export class NetworkAcls {
  readonly #bySubnet = new Map<string, readonly Entry[]>();

  constructor(resources: readonly Resource[]) {
    const rules = resources.filter(({ type }) => type === "aws_network_acl_rule");
    for (const { values } of resources.filter(({ type }) => /^aws_(default_)?network_acl$/.test(type))) {
      const own = rules.filter((rule) => rule.values.network_acl_id === values.id);
      const entries = [
        ...(["egress", "ingress"] as const).flatMap((direction) =>
          blocksOf(values, direction).map((block) => entryOf(direction, block)),
        ),
        ...own.map((rule) => entryOf(rule.values.egress ? "egress" : "ingress", rule.values)),
      ].sort((a, b) => a.number - b.number);
      for (const subnet of values.subnet_ids ?? []) this.#bySubnet.set(subnet, entries);
    }
  }

  /** Then everything passes. */
  get areNone(): boolean {
    return this.#bySubnet.size === 0;
  }

  /** What may pass a subnet's border in one direction, to or from somebody. Without an ACL of its own: all. */
  passing(subnet: string, direction: Direction, seen: Seen, certainty: Certainty): Traffic {
    const entries = this.#bySubnet.get(subnet);
    if (!entries) return EVERYTHING;
    let undecided = EVERYTHING;
    let allowed = NOTHING;
    for (const entry of entries.filter((one) => one.direction === direction && one.cidr !== undefined)) {
      // A denial that holds for some addresses leaves no way that is there for all.
      const when = entry.allows === (certainty === "every") ? "every" : "some";
      if (!meets({ kind: "block", block: blockOf(String(entry.cidr)) }, seen, when)) continue;
      const decided = intersection(undecided, entry.traffic);
      if (entry.allows) allowed = union(allowed, decided);
      undecided = difference(undecided, decided);
    }
    return allowed;
  }
}

function entryOf(direction: Direction, values: Values): Entry {
  return {
    direction,
    number: Number(values.rule_no ?? values.rule_number),
    allows: (values.action ?? values.rule_action) === "allow",
    cidr: values.cidr_block || undefined,
    traffic: trafficOf(values.protocol, values.from_port, values.to_port),
  };
}
