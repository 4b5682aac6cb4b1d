import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { blocks, type Document, documents, root, spansOf } from "./support/documents";

const byPath = new Map(documents.map((document) => [document.path, document]));

test("the README is read in one go: at most 150 lines", () => {
  expect(byPath.get("README.md")?.text.trimEnd().split("\n").length).toBeLessThanOrEqual(150);
});

test.each(documents.map(({ path, text }) => [path, text]))(
  "%s has lines of at most 120 characters",
  (_, text) => {
    const isTable = (line: string) => line.trimStart().startsWith("|");
    const long = text
      .split("\n")
      .filter((line) => line.length > 120 && !isTable(line) && !line.includes("://"));
    expect(long).toEqual([]);
  },
);

test.each(documents.map((document) => [document.path, document] as const))(
  "links of %s lead somewhere",
  (_, document) => {
    const links = [...document.prose.replaceAll(/`[^`\n]*`/g, "").matchAll(/\]\(([^)\s]+)\)/g)].map(
      ([, to = ""]) => to,
    );
    expect(links.filter((to) => !to.includes("://") && !leadsSomewhere(document, to))).toEqual([]);
  },
);

function leadsSomewhere({ path }: Document, link: string): boolean {
  const [file = "", anchor] = link.split("#");
  const target = file === "" ? path : relative(root, join(root, dirname(path), file));
  if (anchor === undefined) return existsSync(join(root, target));
  return anchorsOf(byPath.get(target)).includes(anchor);
}

/** As GitHub makes them. */
function anchorsOf(document: Document | undefined): readonly string[] {
  return [...(document?.prose ?? "").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

test.each(documents.map((document) => [document.path, document] as const))(
  "files of the project that %s names are there",
  (_, document) => {
    const named = spansOf(document).filter((span) =>
      /^(\.ci|__tests__|constructs|docs|environments|lambda|scripts|testbed)\/[\w./-]+$/.test(span),
    );
    const isMade = (path: string) => blocks.some(({ info }) => info.startsWith(path));
    expect(named.filter((path) => !existsSync(join(root, path)) && !isMade(path))).toEqual([]);
  },
);

test("every block says what it is", () => {
  const known: Readonly<Record<string, RegExp>> = {
    json: /^\S+\.json$/,
    mermaid: /^$/,
    python: /^(\S+\.py)?$/,
    sh: /^(aws|ci|cli|vault)?$/,
    text: /^$/,
    ts: /^\S+\.ts$/,
  };
  const unknown = blocks.filter(({ language, info }) => !known[language]?.test(info));
  expect(unknown.map(({ place }) => place)).toEqual([]);
  expect(documents.filter(({ prose }) => prose.includes("```")).map(({ path }) => path)).toEqual([]);
});
