import { serviceOf } from "../deployed/resources";
import { blockOf, covers } from "./blocks";
import type { Connection, DocumentedNetwork } from "./documented";
import { Names } from "./names";
import { KIND, type Party, variablesOf } from "./parties";
import { BY_WAY_OF_BALANCER, type Reachability } from "./reachability";
import type { Certainty, GroupRule } from "./rules";
import { difference, isWithin, shown, type Traffic, union } from "./traffic";

/** What is compared, and what is not as the document says. */
export interface Comparison {
  /** The rows of the document that are about this network. */
  readonly connections: readonly Connection[];
  readonly findings: readonly string[];
}

/** Compares all that a network lets through with all that the document says. */
export function compare(network: Reachability, documented: DocumentedNetwork): Comparison {
  const names = new Names(network);
  const pairs = allPairs(network);
  const said = saidBy(documented, network);
  return {
    connections: documented.connections.filter((row) =>
      pairs.some(({ from, kind }) => row.from === from.kind && row.to === kind),
    ),
    findings: [
      ...new Set([
        ...pairs.flatMap((pair) => ofConnections(pair, network, said, names)),
        ...network.rules.flatMap((rule) => ofRule(rule, network, said)),
        ...ofAllowedNames(network, documented, names),
        ...ofAddresses(network),
      ]),
    ],
  };
}

interface Pair {
  readonly from: Party;
  readonly to: Party;
  /** As the document calls it. */
  readonly kind: string;
  readonly opens: (certainty: Certainty) => Traffic;
}

function allPairs(network: Reachability): readonly Pair[] {
  const { parties } = network;
  return parties.flatMap((from) =>
    parties
      .filter((to) => to !== from)
      .flatMap((to) => [
        { from, to, kind: to.kind, opens: (certainty: Certainty) => network.opens(from, to, certainty) },
        ...(to.kind === KIND.nodes && from.kind !== KIND.balancer
          ? [
              {
                from,
                to,
                kind: BY_WAY_OF_BALANCER,
                opens: (certainty: Certainty) => network.opensThrough(from, to, certainty),
              },
            ]
          : []),
      ]),
  );
}

/** What the document says that one may open to the other. */
type Said = (from: Party, kind: string, to: Party) => Traffic;

function saidBy({ connections }: DocumentedNetwork, { parties }: Reachability): Said {
  const [address] = parties.flatMap(({ values }) => variablesOf(values).VLE_VAULT_ADDR ?? []);
  const vaultPort = address ? Number(new URL(address).port || 443) : 0;
  return (from, kind, to) => {
    const rows = connections.filter((row) => row.from === from.kind && row.to === kind);
    return union(...rows.map((row) => row.traffic(Number(to.values.port ?? vaultPort))));
  };
}

function ofConnections({ from, to, kind, opens }: Pair, network: Reachability, said: Said, names: Names) {
  const expected = said(from, kind, to);
  const title = `${from.name} (${from.kind}) -> ${to.name} (${kind})`;
  const tooMuch = difference(opens("some"), expected);
  const findings =
    tooMuch.length > 0 ? [`${title}: can open ${shown(tooMuch)}, which the document does not say`] : [];
  if (expected.length === 0 || !belongTogether(from, to, network)) return findings;
  const tooLittle = difference(expected, opens("every"));
  return [
    ...findings,
    ...(tooLittle.length > 0 ? [`${title}: cannot open ${shown(tooLittle)}`] : []),
    ...ofNames(from, to, names),
  ];
}

/** Every name that a client asks for leads to one server of the kind; of services, to the one of that service. */
function ofNames(from: Party, to: Party, names: Names): readonly string[] {
  const [place] = from.places;
  if (!place) return [];
  return names.askedFor(from, to).flatMap(({ name, service }) => {
    const { isBlocked, parties } = names.ask(name, place.vpc);
    if (isBlocked) return [`${from.name} (${from.kind}): the VPC may not look ${name} up`];
    const [only, ...more] = parties;
    const isMeant = service
      ? only && serviceOf(only.values) === service && only.kind === to.kind
      : only === to;
    if (isMeant && more.length === 0) return [];
    const found = parties.map((one) => `${one.name} (${one.kind})`).join(", ") || "nobody";
    return [`${from.name} (${from.kind}): ${name} leads to ${found}`];
  });
}

/** A rule that serves no row lets nobody through yet: until somebody adds the other half. */
function ofRule(rule: GroupRule, network: Reachability, said: Said): readonly string[] {
  const own = network.partiesOfGroup(rule.group);
  const peers = network.partiesOfPeer(rule.peer);
  const isEgress = rule.direction === "egress";
  const serves = (one: Party) =>
    peers.some((peer) => {
      const [from, to] = isEgress ? [one, peer] : [peer, one];
      return isWithin(rule.traffic, said(from, to.kind, to));
    });
  const title = `${rule.address} lets ${shown(rule.traffic)} ${isEgress ? "out" : "in"}`;
  return [
    ...(own.length > 0 && own.every(serves) ? [] : [`${title} for no connection of the document`]),
    ...(isWithinVpc(rule, network) ? [] : [`${title} for addresses outside the VPC`]),
  ];
}

function isWithinVpc({ peer }: GroupRule, network: Reachability): boolean {
  if (peer.kind !== "block") return true;
  return network.valuesOf("aws_vpc").some(({ cidr_block }) => covers(blockOf(cidr_block), peer.block));
}

/** Of one environment; or of the environment of one, which has rules for the other. */
function belongTogether(from: Party, to: Party, { rules }: Reachability): boolean {
  if (from.environment === to.environment || !from.environment) return true;
  return rules.some(
    ({ environment, group, peer }) =>
      environment === from.environment &&
      (to.groups ?? [undefined]).some(
        (one) => one === undefined || one === group || (peer.kind === "group" && one === peer.id),
      ),
  );
}

function ofAllowedNames(
  network: Reachability,
  documented: DocumentedNetwork,
  names: Names,
): readonly string[] {
  const { region } = network.deployment;
  const made = network.deployment.resources.filter(
    ({ type, environment }) => type === "aws_vpc" && environment,
  );
  return made.flatMap(({ values: { id } }) => {
    const allowed = names.allowed(id) ?? ["*."];
    const said = documented.names.flatMap((name) =>
      name.includes("<region>") ? namesIn(name, region) : hostsOf(network),
    );
    return [
      ...allowed
        .filter((name) => !said.includes(name))
        .map((name) => `the VPC may look ${name} up, which the document does not say`),
      ...[...new Set(said)]
        .filter((name) => !allowed.includes(name))
        .map((name) => `the VPC may not look ${name} up`),
      ...(names.isBlocked("example.com", id) ? [] : ["the VPC may look any name up"]),
    ];
  });
}

function namesIn(name: string, region: string): string {
  const domain = region.startsWith("cn-") ? ".cn." : ".";
  return name.replace("<region>", region) + domain;
}

/** Those that only the environment's file knows. */
function hostsOf(network: Reachability): readonly string[] {
  const vaults = network.parties.flatMap(({ values }) => variablesOf(values).VLE_VAULT_ADDR ?? []);
  const databases = network.parties.filter(
    ({ kind, environment }) => kind === KIND.databases && !environment,
  );
  return [
    ...vaults.map((address) => `${new URL(address).hostname}.`),
    // A function that reads from Vault only later has no address of it yet.
    ...network.valuesOf("aws_route53_zone").map(({ name }) => `${name}.`),
    ...databases.map(({ values }) => `${values.endpoint}.`),
  ];
}

/** A public address is harmless only as long as nobody makes a way to it. */
function ofAddresses(network: Reachability): readonly string[] {
  const placed = network.parties.filter(
    ({ isPublic, places, environment }) => isPublic && environment && places.length > 0,
  );
  const subnets = network.valuesOf("aws_subnet").filter((subnet) => subnet.map_public_ip_on_launch);
  return [
    ...placed.map(({ name }) => `${name} has a public address`),
    ...subnets.map(({ id }) => `${id} gives out public addresses`),
  ];
}
