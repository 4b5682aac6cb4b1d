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

/**
 * Both backends in one table: rows that differ in their first cell only are one. The last cell says under which it is;
 * if under both, the first says what of it is under one only.
 */
export function underBoth(
  heads: readonly string[],
  rowsOf: (prod: Prod) => readonly Row[],
  { native, vault }: Readonly<Record<"native" | "vault", Prod>>,
): string {
  const merged = new Map<string, { readonly cells: readonly string[]; readonly of: Map<string, string> }>();
  for (const [backend, prod] of Object.entries({ native, vault }))
    for (const { of, cells } of rowsOf(prod)) {
      const key = JSON.stringify(cells);
      const row = merged.get(key) ?? { cells, of: new Map<string, string>() };
      const known = row.of.get(of);
      row.of.set(of, known === undefined || known === backend ? backend : BOTH);
      merged.set(key, row);
    }
  const rows = [...merged.values()].map(({ of, cells }) => {
    const [first = "", ...others] = new Set(of.values());
    const under = others.length > 0 ? BOTH : first;
    const shown = [...of].map(([one, its]) => (its === under ? one : `${one} (${its})`));
    return [shown.join(", "), ...cells, under];
  });
  return table([...heads, "under"], rows);
}

const BOTH = "both";
