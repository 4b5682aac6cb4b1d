import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Puts into the folder what stands in the place of AWS CLI 2, whose sessions no emulator has; it knows its `words`. */
export function writeAwsCli(folder: string, script: string): void {
  const file = join(folder, "aws");
  writeFileSync(file, `#!${process.execPath}\nconst words = process.argv.slice(2);\n${script}`);
  chmodSync(file, 0o755);
}

/** A session that forwards a port: the far end is here, too. */
export const FORWARDING = `
const { connect, createServer } = require("node:net");
const { host: [host], portNumber: [port], localPortNumber: [local] } = JSON.parse(words[words.indexOf("--parameters") + 1]);
createServer((near) => {
  const far = connect(Number(port), host);
  near.pipe(far).pipe(near);
  near.on("error", () => far.destroy());
  far.on("error", () => near.destroy());
}).listen(Number(local), "127.0.0.1");
`;
