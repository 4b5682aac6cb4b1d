import { addressOf } from "../../testbed/network/blocks";
import { type GroupRule, groupRules, type Peer } from "../../testbed/network/rules";
import { shown } from "../../testbed/network/traffic";
import { ownName, type Prod } from "./prod";
import { code, type Row } from "./table";

// Who can connect to whom is the table of docs/architecture.md. It is written by hand and judged by what is synthesized
// (testbed/network/documented.ts); written from there, it would judge itself. Here are rules as they stand, unjudged.

export const SECURITY_GROUPS = ["from", "to", "what", "rules"] as const;

/** The rules of all security groups: a row for what one group lets out and another in. */
export function securityGroups(prod: Prod): readonly Row[] {
  const sides = new Map<string, Set<string>>();
  for (const rule of groupRules(prod.network.resources)) {
    const ends = [nameOfGroup(prod, rule.group), nameOfPeer(prod, rule.peer)];
    const key = [...(rule.direction === "egress" ? ends : ends.reverse()), shown(rule.traffic)].join("\n");
    sides.set(key, (sides.get(key) ?? new Set()).add(sideOf(rule)));
  }
  return [...sides].sort().map(([key, rules]) => {
    const [from = "", to = "", what = ""] = key.split("\n");
    return { of: code(from), cells: [code(to), what, [...rules].sort().reverse().join(", ")] };
  });
}

function sideOf({ direction }: GroupRule): string {
  return direction === "egress" ? "out" : "in";
}

function nameOfGroup({ network, environment }: Prod, id: string): string {
  const group = network.resources.find(({ values }) => values.id === id);
  return ownName(group?.values.name ?? id, environment);
}

function nameOfPeer(prod: Prod, peer: Peer): string {
  switch (peer.kind) {
    case "group":
      return nameOfGroup(prod, peer.id);
    case "prefix-list": {
      const list = prod.network.resources.find(({ values }) => values.id === peer.id);
      return list?.values.name ?? peer.id;
    }
    case "block":
      return `${addressOf(peer.block.first)} to ${addressOf(peer.block.last)}`;
    case "ipv6":
      return peer.cidr;
  }
}
