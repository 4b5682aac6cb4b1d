/** What `npm run docs` writes into a document: parts by name, each between two comments of the document. */
export type Parts = Readonly<Record<string, string>>;

const PART = /^<!-- `npm run docs` writes ([\w-]+): -->\n[\s\S]*?^<!-- End of \1\. -->$/gm;

/**
 * A document with its parts written anew.
 *
 * @throws Error if a part has no place in it, or a place no part.
 */
export function withParts(path: string, text: string, parts: Parts): string {
  const unwritten = new Set(Object.keys(parts));
  const written = text.replaceAll(PART, (_, name: string) => {
    const part = parts[name];
    if (part === undefined)
      throw new Error(`${path} must have places for ${Object.keys(parts).join(", ")} only, got ${name}`);
    unwritten.delete(name);
    return `<!-- \`npm run docs\` writes ${name}: -->\n\n${part.trim()}\n\n<!-- End of ${name}. -->`;
  });
  const [missing] = unwritten;
  if (missing !== undefined)
    throw new Error(
      `${path} must have a place for ${missing}: write "<!-- \`npm run docs\` writes ${missing}: -->"`,
    );
  return written;
}
