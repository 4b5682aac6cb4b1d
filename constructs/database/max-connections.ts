import type { DatabaseEngine } from "../contracts/database";
import type { AuroraCapacity } from "./aurora-cluster";

const GIB = 2 ** 30;

/** GiB of an instance of size `large`, by the letter of its class (Amazon RDS instance types, memory). */
const LARGE_GIB: Readonly<Record<string, number>> = { r: 16, t: 8, x: 32 };

/** Formulas of Aurora's default parameter groups (Amazon Aurora User Guide, on `max_connections`). */
const CONNECTIONS: Readonly<Record<DatabaseEngine, (bytes: number) => number>> = {
  "aurora-postgresql": (bytes) => Math.min(bytes / 9_531_392, 5000),
  "aurora-mysql": (bytes) =>
    Math.min(Math.max(Math.log2(bytes / 805_306_368) * 45, Math.log2(bytes / 8_187_281_408) * 1000), 16_000),
};

/** With a lower minimum, a serverless instance takes no more. */
const LOWEST_MINIMUM_FOR_ALL = 1;
const WITH_LOW_MINIMUM = 2000;

/** Aurora keeps the rest of an instance's memory for itself. */
const FOR_CONNECTIONS = 0.9;

/**
 * About how many connections an instance takes at most, from its nominal memory. Undefined for a class whose memory is
 * not known here.
 */
export function maxConnections(engine: DatabaseEngine, capacity: AuroraCapacity): number | undefined {
  if (capacity.kind === "serverless") {
    // An Aurora capacity unit has 2 GiB.
    const most = CONNECTIONS[engine](capacity.maxAcu * 2 * GIB * FOR_CONNECTIONS);
    return Math.floor(capacity.minAcu < LOWEST_MINIMUM_FOR_ALL ? Math.min(most, WITH_LOW_MINIMUM) : most);
  }
  const [, letter = "", size = ""] = /^db\.([a-z])\w*\.(\w+)$/.exec(capacity.instanceClass) ?? [];
  const large = LARGE_GIB[letter];
  const factor = sizeFactor(size);
  return large && factor
    ? Math.floor(CONNECTIONS[engine](large * factor * GIB * FOR_CONNECTIONS))
    : undefined;
}

/** How many times the memory of `large` a size has. */
function sizeFactor(size: string): number | undefined {
  if (size === "medium") return 0.5;
  if (size === "large") return 1;
  const times = /^(\d*)xlarge$/.exec(size)?.[1];
  return times === undefined ? undefined : 2 * Number(times || 1);
}
