import { attribute, type ResourceChange } from "../plan/change";
import { isKnown, isObject, same, UNKNOWN, type Value } from "../plan/values";
import type { Found, Rule, Severity } from "./rule";
import { type Guard, guarded, isChanged, isNothing, isOf, isWritten, list, shown, turnedOn } from "./support";

const WAYS_OUT = [
  "aws_internet_gateway",
  "aws_egress_only_internet_gateway",
  "aws_nat_gateway",
  "aws_eip",
  "aws_vpc_peering_connection",
  "aws_ec2_transit_gateway_vpc_attachment",
  "aws_vpn_gateway",
];
const ROUTES = /^aws_(route|route_table|default_route_table)$/;
const RULES = /^aws_(vpc_security_group_(in|e)gress_rule|security_group_rule)$/;
const GROUPS = /^aws_(security_group|default_security_group)$/;
const FILTERS = /^aws_(network_acl|network_acl_rule|default_network_acl)$/;
const SOURCES = [
  "referenced_security_group_id",
  "source_security_group_id",
  "prefix_list_id",
  "prefix_list_ids",
];
/** By type, where a resource has its groups and networks. */
const GUARDED_BY: readonly Guard[] = (
  [
    [/^aws_(rds_cluster|db_instance|instance)$/, "vpc_security_group_ids"],
    [/^aws_(network_interface|lb)$/, "security_groups"],
    [["aws_lambda_function"], "vpc_config.security_group_ids"],
    [["aws_db_subnet_group"], "subnet_ids"],
    [["aws_lambda_function"], "vpc_config.subnet_ids"],
  ] as const
).map(([types, name]) => ({
  types,
  attribute: name,
  severity: "high",
  isWorse: isChanged,
  what: "other groups guard it, or it is in other networks",
}));
const CIDRS = ["cidr_ipv4", "cidr_ipv6", "cidr_blocks", "ipv6_cidr_blocks"];

export const networkOpened: Rule = {
  id: "R06",
  title: "Network opened",
  resource: (change) => [
    ...waysOut(change),
    ...rules(change),
    ...groups(change),
    ...guarded(change, GUARDED_BY),
    ...publicAddresses(change),
  ],
};

function waysOut(change: ResourceChange): Found[] {
  const { type, kind, before, after } = change;
  if (isOf(type, WAYS_OUT) && isWritten(change)) return [{ severity: "block", what: `${type} is a way out` }];
  if (isOf(type, ROUTES)) {
    const routes = type === "aws_route" ? [after ?? null] : list(attribute(change, "route").after);
    const isNew =
      type === "aws_route" ? isWritten(change) : !same(before?.route, after?.route) && isWritten(change);
    if (!isNew || (routes.length === 0 && kind === "create")) return [];
    // The table of a network that is made has no route: that it is not known yet is no change.
    if (kind === "create" && after?.route === UNKNOWN) return [];
    const isDefault = JSON.stringify(routes).match(/"(0\.0\.0\.0\/0|::\/0)"/);
    return [
      {
        severity: isDefault ? "block" : "high",
        what: isDefault ? "a route to the internet" : "routes change",
      },
    ];
  }
  if (isOf(type, FILTERS) && kind !== "no-op" && kind !== "create")
    return [{ severity: "medium", what: "a filter of the network changes" }];
  return [];
}

function rules(change: ResourceChange): Found[] {
  if (!isOf(change.type, RULES) || !isWritten(change)) return [];
  const isOut = change.type.includes("egress") || attribute(change, "type").after === "egress";
  return [
    ...CIDRS.flatMap((name) => cidrs(change, name, isOut)),
    ...sources(change),
    ...(change.kind === "create" ? newPorts(change) : ports(change)),
  ];
}

function cidrs(change: ResourceChange, name: string, isOut: boolean): Found[] {
  const { before, after } = attribute(change, name);
  if (same(before, after)) return [];
  if (!isKnown(after)) return [{ severity: "high", what: `${name} cannot be judged` }];
  return list(after).flatMap((cidr) => (list(before).includes(cidr) ? [] : [opened(cidr, isOut)]));
}

function opened(cidr: Value, isOut: boolean): Found {
  const isInternet = /\/0$/.test(String(cidr));
  const severity: Severity = isInternet ? "block" : "high";
  return {
    severity,
    what: `${isOut ? "may send to" : "lets in"} ${isInternet ? "the internet" : shown(cidr)}`,
  };
}

/** Another group or prefix list than so far; of a new rule, any. */
function sources(change: ResourceChange): Found[] {
  if (change.kind === "create")
    return SOURCES.flatMap((name) => {
      const { after } = attribute(change, name);
      const what = isKnown(after) ? `a new rule for ${shown(after)}` : `${name} cannot be judged`;
      return list(after).length > 0 ? [{ severity: "medium", what }] : [];
    });
  return guarded(
    change,
    SOURCES.map((name) => ({
      types: RULES,
      attribute: name,
      severity: "high",
      isWorse: (_, after) => after !== null,
      what: "the rule is for another group or prefix list",
    })),
  );
}

/** A database or a server has one port. */
function newPorts(change: ResourceChange): Found[] {
  const [from, to] = ["from_port", "to_port"].map((name) => attribute(change, name).after);
  const isOne = typeof from === "number" && from === to && from > 0;
  return isOne
    ? []
    : [{ severity: "high", what: `the rule is for ports ${shown(from ?? null)} to ${shown(to ?? null)}` }];
}

function ports(change: ResourceChange): Found[] {
  const names = ["from_port", "to_port", "ip_protocol", "protocol"];
  const [from, to, ...protocols] = names.map((name) => attribute(change, name));
  const isWider =
    Number(from?.after ?? 0) < Number(from?.before ?? 0) ||
    Number(to?.after ?? 65535) > Number(to?.before ?? 65535);
  const isUnknown = [from, to, ...protocols].some((one) => !isKnown(one?.after));
  const isOtherProtocol = protocols.some((one) => !same(one.before, one.after));
  return isWider || isUnknown || isOtherProtocol
    ? [{ severity: "high", what: "the rule is for more ports" }]
    : [];
}

/** Rules inside a group. */
function groups(change: ResourceChange): Found[] {
  if (!isOf(change.type, GROUPS) || !isWritten(change)) return [];
  return (["ingress", "egress"] as const).flatMap((name) => {
    const { before, after } = attribute(change, name);
    if (same(before, after)) return [];
    if (!isKnown(after))
      return change.kind === "create" && isNothing(change, name)
        ? []
        : [{ severity: "high", what: `${name} cannot be judged` }];
    const isNew = (rule: Value) => !list(before).some((one) => same(one, rule));
    return list(after)
      .filter(isNew)
      .flatMap((rule) => inline(rule, name === "egress"));
  });
}

function inline(rule: Value, isOut: boolean): Found[] {
  if (!isObject(rule)) return [];
  const networks = [...list(rule.cidr_blocks ?? null), ...list(rule.ipv6_cidr_blocks ?? null)];
  return networks.length > 0
    ? networks.map((cidr) => opened(cidr, isOut))
    : [{ severity: "high", what: "a rule inside a security group changes" }];
}

function publicAddresses(change: ResourceChange): Found[] {
  const common = { severity: "block", what: "it gets an address on the internet", alsoNew: true } as const;
  const names = ["map_public_ip_on_launch", "publicly_accessible", "associate_public_ip_address"];
  return guarded(change, [
    ...names.map((attribute) => ({ ...common, types: /^aws_/, attribute, isWorse: turnedOn })),
    { ...common, types: /^aws_(lb|alb|elb)$/, attribute: "internal", isWorse: (_, after) => after !== true },
  ]);
}
