import { addressOfResource, blocksOf, type Resource, type Values } from "../deployed/resources";
import { type Block, blockOf, covers, overlap } from "./blocks";
import { type Traffic, trafficOf } from "./traffic";

/** Whom a rule of a security group is about. */
export type Peer =
  | { readonly kind: "group" | "prefix-list"; readonly id: string }
  | { readonly kind: "block"; readonly block: Block }
  | { readonly kind: "ipv6"; readonly cidr: string };

/** One rule of a security group. */
export interface GroupRule {
  /** Where it is written. */
  readonly address: string;
  readonly environment?: string;
  readonly group: string;
  readonly direction: "egress" | "ingress";
  readonly peer: Peer;
  readonly traffic: Traffic;
}

/** Whether what is asked for all addresses has to hold for each of them, or for one. */
export type Certainty = "some" | "every";

/** Somebody as a rule sees them. */
export interface Seen {
  readonly groups: readonly string[];
  readonly block: Block;
  readonly prefixList?: string;
}

export function meets(peer: Peer, { groups, block, prefixList }: Seen, certainty: Certainty): boolean {
  switch (peer.kind) {
    case "group":
      return groups.includes(peer.id);
    case "prefix-list":
      return prefixList === peer.id;
    case "block":
      return certainty === "some" ? overlap(peer.block, block) : covers(peer.block, block);
    case "ipv6":
      return false;
  }
}

/** Rules by resources of their own, and those that stand in a group. */
export function groupRules(resources: readonly Resource[]): readonly GroupRule[] {
  return resources.flatMap((resource) => {
    const { type, values } = resource;
    switch (type) {
      case "aws_vpc_security_group_egress_rule":
        return ruleOf(resource, "egress", values);
      case "aws_vpc_security_group_ingress_rule":
        return ruleOf(resource, "ingress", values);
      case "aws_security_group_rule":
        return rulesOf(resource, values.type, values.security_group_id, {
          ...values,
          security_groups: [values.source_security_group_id].filter(Boolean),
        });
      case "aws_security_group":
      case "aws_default_security_group":
        return (["egress", "ingress"] as const).flatMap((direction) =>
          blocksOf(values, direction).flatMap((block) => rulesOf(resource, direction, values.id, block)),
        );
      default:
        return [];
    }
  });
}

function ruleOf(resource: Resource, direction: GroupRule["direction"], values: Values): GroupRule {
  const { referenced_security_group_id: group, prefix_list_id: list, cidr_ipv4, cidr_ipv6 } = values;
  const peer: Peer = group
    ? { kind: "group", id: group }
    : list
      ? { kind: "prefix-list", id: list }
      : cidr_ipv6
        ? { kind: "ipv6", cidr: cidr_ipv6 }
        : { kind: "block", block: blockOf(cidr_ipv4) };
  return {
    address: addressOfResource(resource),
    environment: resource.environment,
    group: values.security_group_id,
    direction,
    peer,
    traffic: trafficOf(values.ip_protocol, values.from_port, values.to_port),
  };
}

/** A block of rules: one for each of those that it names. */
function rulesOf(
  resource: Resource,
  direction: GroupRule["direction"],
  group: string,
  block: Values,
): readonly GroupRule[] {
  const peers: readonly Peer[] = [
    ...[...(block.security_groups ?? []), ...(block.self ? [group] : [])].map(
      (id) => ({ kind: "group", id }) as const,
    ),
    ...(block.prefix_list_ids ?? []).map((id: string) => ({ kind: "prefix-list", id }) as const),
    ...(block.cidr_blocks ?? []).map((cidr: string) => ({ kind: "block", block: blockOf(cidr) }) as const),
    ...(block.ipv6_cidr_blocks ?? []).map((cidr: string) => ({ kind: "ipv6", cidr }) as const),
  ];
  return peers.map((peer) => ({
    address: addressOfResource(resource),
    environment: resource.environment,
    group,
    direction,
    peer,
    traffic: trafficOf(block.protocol, block.from_port, block.to_port),
  }));
}
