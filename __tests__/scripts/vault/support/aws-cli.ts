import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Puts into the folder what stands in the place of AWS CLI 2, whose sessions no emulator has; it knows its `words`. */
export function writeAwsCli(folder: string, script: string): void {
  const file = join(folder, "aws");
  writeFileSync(file, `#!${process.execPath}\nconst words = process.argv.slice(2);\n${script}`);
  chmodSync(file, 0o755);
}

/** A session that forwards a port. The far end is here, too, and a document is named after it: `<host>_<port>`. */
export const FORWARDING = `
const { connect, createServer } = require("node:net");
const after = (word) => words[words.indexOf(word) + 1];
const [host, port] = after("--document-name").split("_");
const { localPortNumber: [local] } = JSON.parse(after("--parameters"));
createServer((near) => {
  const far = connect(Number(port), host);
  near.pipe(far).pipe(near);
  near.on("error", () => far.destroy());
  far.on("error", () => near.destroy());
}).listen(Number(local), "127.0.0.1");
`;
