import { OUTPUT, synthesize } from "../deploy/synthesize";
import { runCommand } from "./command";

void runCommand(process.argv.slice(2), async () => {
  await synthesize({ inherit: true });
  return OUTPUT;
}).then((code) => process.exit(code));
