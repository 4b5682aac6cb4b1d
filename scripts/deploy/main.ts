import { join } from "node:path";
import { runCommand } from "./command";
import { synthesize } from "./synthesize";

const OUTPUT = join(__dirname, "..", "..", "cdktf.out");

void runCommand(process.argv.slice(2), async () => {
  await synthesize({ inherit: true });
  return OUTPUT;
}).then((code) => process.exit(code));
