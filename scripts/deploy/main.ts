import { join } from "node:path";
import { loadEnvironment } from "../../constructs/environment";
import { vaultPreparation } from "../vault/preparation";
import { runCommand } from "./command";
import { synthesize } from "./synthesize";

const OUTPUT = join(__dirname, "..", "..", "cdktf.out");

void runCommand(process.argv.slice(2), async () => {
  await synthesize({ inherit: true });
  const environment = loadEnvironment();
  return {
    folder: OUTPUT,
    environment: environment.name,
    prepare: (command, stacks) => vaultPreparation({ environment, stacks, command }),
  };
}).then((code) => process.exit(code));
