import type { Prod } from "./prod";

/** A table in Markdown. Cells are Markdown already. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(heads), `|${heads.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}

/** As code, unless there is nothing. */
export function code(text: string): string {
  return text && `\`${text}\``;
}

/** One cell that rows may differ in, and the others. */
export interface Row {
  readonly of: string;
  readonly cells: readonly string[];
}

/** Both backends in one table: rows that differ in their first cell only are one. The last cell says under which. */
export function underBoth(
  heads: readonly string[],
  rowsOf: (prod: Prod) => readonly Row[],
  { native, vault }: Readonly<Record<"native" | "vault", Prod>>,
): string {
  const merged = new Map<string, { cells: readonly string[]; of: Set<string>; under: Set<string> }>();
  for (const [backend, prod] of Object.entries({ native, vault }))
    for (const { of, cells } of rowsOf(prod)) {
      const key = JSON.stringify(cells);
      const row = merged.get(key) ?? { cells, of: new Set(), under: new Set() };
      merged.set(key, { cells, of: row.of.add(of), under: row.under.add(backend) });
    }
  const rows = [...merged.values()].map(({ of, cells, under }) => [
    [...of].join(", "),
    ...cells,
    under.size > 1 ? "both" : [...under].join(),
  ]);
  return table([...heads, "under"], rows);
}
