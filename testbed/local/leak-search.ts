import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { gunzipSync } from "node:zlib";
import { unzipSync } from "fflate";

export interface LeakSearch {
  /** How many values were looked for. */
  readonly passwords: number;
  readonly files: number;
  /** Files, and entries of archives, that hold a value. */
  readonly places: readonly string[];
}

/** Third-party programs, of Terraform and of Vault's nodes, which no run writes into; and where a node has its key. */
const SKIPPED = /(^|\/)(\.terraform\/providers|vault-server\/(bin|plugins|tls-[0-9a-f]+))$/;

/** What is secret in the value of a secret: of a database, or of those that `vault:tls` and `vault:init` make. */
export function secretsIn(fields: Readonly<Record<string, unknown>>): readonly string[] {
  const { password, rootToken, shares = [], key, keyPem } = fields;
  return [password, rootToken, shares, key, keyPem].flat().filter((one) => typeof one === "string");
}

/**
 * Looks for the values in every file below a folder, also inside archives (a saved plan is one), in every usual
 * spelling.
 */
export async function searchLeaks(directory: string, values: Iterable<string>): Promise<LeakSearch> {
  const passwords = new Set(values);
  const needles = [...new Set([...passwords].flatMap(spellings))].map((text) => Buffer.from(text));
  const places: string[] = [];
  let files = 0;
  for await (const file of filesUnder(directory)) {
    files += 1;
    const content = await readFile(file);
    for (const [entry, bytes] of partsOf(content)) {
      if (!needles.some((needle) => bytes.includes(needle))) continue;
      places.push([relative(directory, file), entry].filter(Boolean).join("!"));
    }
  }
  return { passwords: passwords.size, files, places };
}

/** A value as text, in JSON, in JSON in JSON, in a URL, in base64. */
function spellings(value: string): string[] {
  // Of a key in PEM, the line in which it begins, however the others are printed.
  if (value.includes("PRIVATE KEY")) return spellings(value.split("\n")[1] ?? "");
  const inJson = JSON.stringify(value).slice(1, -1);
  const twice = JSON.stringify(inJson).slice(1, -1);
  // Terraform and Go also escape these three inside JSON.
  const html = inJson.replace(/[<>&]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const base64 = Buffer.from(value).toString("base64");
  return [value, inJson, twice, html, encodeURIComponent(value), base64];
}

async function* filesUnder(directory: string): AsyncGenerator<string> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory() && !SKIPPED.test(path)) yield* filesUnder(path);
    else if (entry.isFile()) yield path;
  }
}

function partsOf(content: Buffer): [entry: string, bytes: Buffer][] {
  const parts: [string, Buffer][] = [["", content]];
  if (content.subarray(0, 4).equals(Buffer.from("PK\u0003\u0004"))) {
    for (const [entry, bytes] of Object.entries(unzipSync(content))) parts.push([entry, Buffer.from(bytes)]);
  } else if (content[0] === 0x1f && content[1] === 0x8b) {
    parts.push(["gzip", gunzipSync(content)]);
  }
  return parts;
}
