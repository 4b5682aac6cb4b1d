import { join } from "node:path";
import { runCommand } from "./command";
import { synthesize } from "./synthesize";

const OUTPUT = join(__dirname, "..", "..", "cdktf.out");

// Whoever reads the output may go; Terraform still has to be waited for.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

void runCommand(process.argv.slice(2), async () => {
  await synthesize({ inherit: true });
  return OUTPUT;
}).then((code) => process.exit(code));
