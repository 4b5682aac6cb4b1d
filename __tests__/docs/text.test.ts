import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { VAULT_PROVIDER_VERSION } from "../../constructs/vault/provider-version";
import { pinnedAwsVersion } from "../../scripts/terraform/provider-source";
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
    expect(linksOf(document).filter((link) => !leadsSomewhere(document, link))).toEqual([]);
  },
);

test("every document is linked from another one", () => {
  const linked = documents.flatMap((document) => linksOf(document).map((to) => targetOf(document, to)));
  expect(
    documents.map(({ path }) => path).filter((path) => path !== "README.md" && !linked.includes(path)),
  ).toEqual([]);
});

test("the provider versions that are said to be pinned are pinned", () => {
  expect(byPath.get("docs/development.md")?.text.replace(/\s+/g, " ")).toContain(
    `hashicorp/aws ${pinnedAwsVersion()}, hashicorp/vault ${VAULT_PROVIDER_VERSION}.`,
  );
});

/** Those within the project. */
function linksOf({ prose }: Document): readonly string[] {
  const links = prose.replaceAll(/`[^`\n]*`/g, "").matchAll(/\]\(([^)\s]+)\)/g);
  return [...links].map(([, to = ""]) => to).filter((to) => !to.includes("://"));
}

/** The file that a link of a document leads to, from the project's folder. */
function targetOf({ path }: Document, link: string): string {
  const [file = ""] = link.split("#");
  return file === "" ? path : relative(root, join(root, dirname(path), file));
}

function leadsSomewhere(document: Document, link: string): boolean {
  const [, anchor] = link.split("#");
  const target = targetOf(document, link);
  return anchor === undefined
    ? existsSync(join(root, target))
    : anchorsOf(byPath.get(target)).includes(anchor);
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
    const words = spansOf(document).flatMap((span) => span.split(" "));
    const named = words.filter((word) =>
      /^(\.ci|__tests__|constructs|docs|environments|lambda|scripts|testbed)\/[\w./-]+$/.test(word),
    );
    const isMade = (path: string) => blocks.some(({ info }) => info.startsWith(path));
    expect(named.filter((path) => !existsSync(join(root, path)) && !isMade(path))).toEqual([]);
  },
);

test("every block says what it is", () => {
  const known: Readonly<Record<string, RegExp>> = {
    hcl: /^\S+\.hcl$/,
    json: /^\S+\.json$/,
    mermaid: /^$/,
    python: /^(\S+\.py)?$/,
    sql: /^$/,
    sh: /^(aws|ci|cli|node|vault)?$/,
    text: /^$/,
    ts: /^\S+\.ts$/,
  };
  const unknown = blocks.filter(({ language, info }) => !known[language]?.test(info));
  expect(unknown.map(({ place }) => place)).toEqual([]);
  expect(documents.filter(({ prose }) => prose.includes("```")).map(({ path }) => path)).toEqual([]);
});
