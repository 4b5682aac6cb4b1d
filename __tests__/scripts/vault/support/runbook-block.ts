import { blocksOf } from "../../../docs/support/documents";

/** The commands of the documents with these words. */
export function runbookBlock(words: string): string {
  return blocksOf("sh").find(({ code }) => code.includes(words))?.code ?? "";
}
