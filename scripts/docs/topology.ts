import { serviceOf } from "../../testbed/deployed/resources";
import { KIND, type Party, partiesOf } from "../../testbed/network/parties";
import { groupRules, type Peer } from "../../testbed/network/rules";
import { shown, type Traffic, union } from "../../testbed/network/traffic";
import { ownName, type Prod } from "./prod";

/** Parties of one kind, in the same zones and with the same security groups. */
interface Box {
  readonly id: string;
  readonly label: string;
  readonly zones: readonly string[];
  readonly parties: readonly Party[];
}

/** Who is where and, by the security groups' egress rules, talks to whom: a picture for Mermaid. */
export function topology(prod: Prod): string {
  const { resources } = prod.network;
  const boxes = boxesOf(prod);
  const within = boxes.filter(({ zones }) => zones.length > 0);
  const [vpc] = resources.filter(({ type }) => type === "aws_vpc");
  const subnets = resources.filter(({ type }) => type === "aws_subnet");
  const draw = (some: readonly Box[], indent: string) =>
    some.map(({ id, label }) => `${indent}${id}["${label}"]`);
  const zones = subnets.flatMap(({ values }) => [
    `    subgraph ${idOf(values.availability_zone)}["${values.availability_zone}"]`,
    `      ${idOf(values.cidr_block)}(["subnet ${values.cidr_block}"])`,
    ...draw(
      within.filter((box) => box.zones.length === 1 && box.zones[0] === values.availability_zone),
      "      ",
    ),
    "    end",
  ]);
  return [
    "```mermaid",
    "flowchart LR",
    `  subgraph vpc["VPC ${vpc?.values.cidr_block}, no route to the internet"]`,
    ...draw(
      within.filter((box) => box.zones.length !== 1),
      "    ",
    ),
    ...zones,
    "  end",
    ...draw(
      boxes.filter((box) => box.zones.length === 0),
      "  ",
    ),
    ...connections(prod, boxes),
    "```",
  ].join("\n");
}

function boxesOf({ network, environment }: Prod): readonly Box[] {
  const zoneOf = new Map(
    network.resources
      .filter(({ type }) => type === "aws_subnet")
      .map(({ values }) => [values.id, String(values.availability_zone)]),
  );
  const boxes = new Map<string, Box>();
  for (const party of partiesOf(network)) {
    if (!party.environment && party.kind !== KIND.s3) continue;
    const zones = party.places.map(({ subnet }) => zoneOf.get(subnet) ?? "").sort();
    const key = [party.kind, ...(party.groups ?? []), ...zones].join();
    const name = ownName(nameOf(party), environment);
    const known = boxes.get(key);
    boxes.set(key, {
      id: known?.id ?? `box${boxes.size}`,
      label: known ? `${known.label}, ${name}` : [party.kind, name].filter(Boolean).join("<br>"),
      zones,
      parties: [...(known?.parties ?? []), party],
    });
  }
  return [...boxes.values()];
}

function nameOf({ values }: Party): string {
  if (values.service_name) return serviceOf(values);
  return values.function_name ?? values.cluster_identifier ?? values.name ?? values.tags?.Name ?? "";
}

/** An arrow for what a group's rules let out to another; those of one group with several boxes are one. */
function connections({ network }: Prod, boxes: readonly Box[]): readonly string[] {
  const arrows = new Map<string, Traffic>();
  const ids = (is: (party: Party) => boolean) =>
    boxes
      .filter(({ parties }) => parties.some(is))
      .map(({ id }) => id)
      .join(" & ");
  for (const { direction, group, peer, traffic } of groupRules(network.resources)) {
    const ends = [ids(({ groups }) => groups?.includes(group) ?? false), ids((party) => isPeer(party, peer))];
    if (direction === "ingress" || ends.includes("")) continue;
    arrows.set(ends.join(), union(arrows.get(ends.join()) ?? [], traffic));
  }
  return [...arrows].flatMap(([ends, traffic]) => {
    const [from = "", to = ""] = ends.split(",");
    if (from !== to) return [`  ${from} -- "${shown(traffic)}" --> ${to}`];
    const among = from.split(" & ");
    return among.flatMap((one, index) =>
      among.slice(index + 1).map((other) => `  ${one} <-- "${shown(traffic)}" --> ${other}`),
    );
  });
}

function isPeer({ groups, prefixList }: Party, peer: Peer): boolean {
  if (peer.kind === "group") return groups?.includes(peer.id) ?? false;
  return peer.kind === "prefix-list" && prefixList === peer.id;
}

function idOf(text: string): string {
  return `zone_${text.replaceAll(/\W/g, "_")}`;
}
