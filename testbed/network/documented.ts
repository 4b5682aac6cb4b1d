import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EVERYTHING, type Traffic, tcp, union } from "./traffic";

/** A row of the document's table of connections. */
export interface Connection {
  readonly from: string;
  readonly to: string;
  /** @param port the port of the server, where the row names none */
  readonly traffic: (port: number) => Traffic;
}

/** What a document says about the network. */
export interface DocumentedNetwork {
  /** Who can open a connection to whom: all others cannot. */
  readonly connections: readonly Connection[];
  /** What the DNS firewall lets through, with `<region>` in it. */
  readonly names: readonly string[];
}

const DOCUMENT = join(__dirname, "..", "..", "docs", "architecture.md");

/** @throws Error if a row cannot be read. */
export function documentedNetwork(text = readFileSync(DOCUMENT, "utf8")): DocumentedNetwork {
  return {
    connections: rowsBelow(text, "| from | to | what |").flatMap(([from = "", to = "", what = ""]) =>
      from.split(", ").map((one) => ({ from: one, to, traffic: trafficIn(what) })),
    ),
    names: rowsBelow(text, "| name | leads to |").map(([name = ""]) => name.replaceAll("`", "")),
  };
}

function rowsBelow(text: string, heading: string): readonly (readonly string[])[] {
  const [, below] = text.split(`\n${heading}\n`);
  if (below === undefined) throw new Error(`docs/architecture.md must have the table "${heading}"`);
  const rows = below.slice(0, below.indexOf("\n\n")).split("\n").slice(1);
  return rows.map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

function trafficIn(cell: string): Connection["traffic"] {
  if (cell === "everything") return () => EVERYTHING;
  if (/^TCP, (the database|Vault)'s port$/.test(cell)) return tcp;
  const ports = /^TCP (\d+(?:, \d+)*)$/.exec(cell)?.[1];
  if (!ports)
    throw new Error(
      `docs/architecture.md must say "TCP 443", "TCP, the database's port" or "everything", got "${cell}"`,
    );
  return () => union(...ports.split(", ").map((port) => tcp(Number(port))));
}
