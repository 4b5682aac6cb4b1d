import { join } from "node:path";
import { synthesize } from "../deploy/synthesize";
import { runCommand } from "./command";

const OUTPUT = join(__dirname, "..", "..", "cdktf.out");

void runCommand(process.argv.slice(2), async () => {
  await synthesize({ inherit: true });
  return OUTPUT;
}).then((code) => process.exit(code));
