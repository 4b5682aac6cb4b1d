const PROTOCOLS = ["tcp", "udp", "icmp", "other"] as const;
const LAST = 65_535;

/** Ports of one protocol, both ends included; of a protocol without ports, all of it. */
export interface Ports {
  readonly protocol: (typeof PROTOCOLS)[number];
  readonly from: number;
  readonly to: number;
}

/** What a connection may be: ranges that neither overlap nor touch, in order. */
export type Traffic = readonly Ports[];

export const NOTHING: Traffic = [];
export const EVERYTHING: Traffic = PROTOCOLS.map((protocol) => ({ protocol, from: 0, to: LAST }));
/** Where an answer may go to: from where it was asked (Amazon VPC User Guide, "Ephemeral ports"). */
export const ANSWERS: Traffic = [{ protocol: "tcp", from: 1024, to: LAST }];

export function tcp(port: number): Traffic {
  return [{ protocol: "tcp", from: port, to: port }];
}

/** Traffic as EC2 writes it: protocols by name or IANA's number, -1 for all of them. */
export function trafficOf(protocol: unknown, from: unknown, to: unknown): Traffic {
  const numbers: Readonly<Record<string, Ports["protocol"]>> = { 6: "tcp", 17: "udp", 1: "icmp" };
  const written = String(protocol).toLowerCase();
  const name = numbers[written] ?? PROTOCOLS.find((one) => one === written) ?? "other";
  if (written === "-1" || written === "all") return EVERYTHING;
  if (name !== "tcp" && name !== "udp") return [{ protocol: name, from: 0, to: LAST }];
  return [{ protocol: name, from: Number(from ?? 0), to: Number(to ?? LAST) }];
}

export function union(...all: readonly Traffic[]): Traffic {
  const ranges = all.flat();
  if (ranges.length < 2) return ranges;
  const merged: Ports[] = [];
  for (const { protocol, from, to } of ranges.sort(inOrder)) {
    const last = merged.at(-1);
    if (last?.protocol === protocol && from <= last.to + 1)
      merged[merged.length - 1] = { ...last, to: Math.max(last.to, to) };
    else merged.push({ protocol, from, to });
  }
  return merged;
}

export function intersection(one: Traffic, ...others: readonly Traffic[]): Traffic {
  return others.reduce(
    (left, right) =>
      union(
        left.flatMap((a) =>
          right
            .filter((b) => b.protocol === a.protocol && b.from <= a.to && a.from <= b.to)
            .map((b) => ({ ...a, from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) })),
        ),
      ),
    one,
  );
}

/** What is in the first and not in the second. */
export function difference(one: Traffic, other: Traffic): Traffic {
  return other.reduce<Traffic>(
    (left, hole) =>
      left.flatMap((range) =>
        range.protocol !== hole.protocol || range.to < hole.from || hole.to < range.from
          ? [range]
          : [
              { ...range, to: hole.from - 1 },
              { ...range, from: hole.to + 1 },
            ].filter(({ from, to }) => from <= to),
      ),
    one,
  );
}

export function isWithin(part: Traffic, whole: Traffic): boolean {
  return difference(part, whole).length === 0;
}

/** For people, for example `TCP 443`. */
export function shown(traffic: Traffic): string {
  if (isWithin(EVERYTHING, traffic)) return "everything";
  return traffic.map(shownPorts).join(", ") || "nothing";
}

function shownPorts({ protocol, from, to }: Ports): string {
  if (from === 0 && to === LAST) return `all ${protocol}`;
  return `${protocol.toUpperCase()} ${from === to ? from : `${from}-${to}`}`;
}

function inOrder(a: Ports, b: Ports): number {
  return PROTOCOLS.indexOf(a.protocol) - PROTOCOLS.indexOf(b.protocol) || a.from - b.from;
}
