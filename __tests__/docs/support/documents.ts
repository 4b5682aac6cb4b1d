import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(__dirname, "..", "..", "..");

/** A fenced block of code. */
export interface Block {
  /** Document and line, for messages. */
  readonly place: string;
  readonly language: string;
  /** What comes behind the language: what the block is, see "Snippets in documents" of docs/development.md. */
  readonly info: string;
  readonly code: string;
}

export interface Document {
  /** From the project's folder. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  /** The text without its blocks. */
  readonly prose: string;
}

/** Indent, language, what comes behind it, code. */
const FENCE = /^( *)```(\w+) ?(.*)\n([\s\S]*?)^\1```$/gm;

export const documents: readonly Document[] = [
  ...readdirSync(root),
  ...readdirSync(join(root, "docs"), { recursive: true }).map((name) => join("docs", String(name))),
]
  .filter((path) => path.endsWith(".md"))
  .sort()
  .map(parse);

export const blocks = documents.flatMap((document) => document.blocks);

export function blocksOf(language: string): readonly Block[] {
  return blocks.filter((block) => block.language === language);
}

/** Code spans in running text. */
export function spansOf({ prose }: Document): readonly string[] {
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span);
}

function parse(path: string): Document {
  const text = readFileSync(join(root, path), "utf8");
  const found = [...text.matchAll(FENCE)].map(
    ({ 1: indent = "", 2: language = "", 3: info = "", 4: code = "", index }) => ({
      place: `${path}:${text.slice(0, index).split("\n").length}`,
      language,
      info,
      code: code.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
    }),
  );
  return { path, text, blocks: found, prose: text.replaceAll(FENCE, "") };
}
