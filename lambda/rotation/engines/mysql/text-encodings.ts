import { TextDecoder } from "node:util";

/**
 * Takes the place of iconv-lite, whose tables would be a third of the function's zip file, in the zip and in the tests
 * alike. mysql2 asks it to read what Buffer cannot: the server's version and plugin names in `cesu8`, and the word that
 * may come with a result in the server's own character set. Sessions speak utf8mb4 (see `connection.ts`).
 *
 * Node's own tables (ICU) read them. Of a character set that those lack, the ASCII part is read: a server's words are.
 */
export function getDecoder(encoding: string): { write(bytes: Uint8Array): string; end(): string } {
  const decoder = decoderFor(encoding);
  return { write: (bytes) => decoder.decode(bytes), end: () => "" };
}

function decoderFor(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding === "cesu8" ? "utf-8" : encoding);
  } catch {
    return new TextDecoder("latin1");
  }
}

export default { getDecoder };
