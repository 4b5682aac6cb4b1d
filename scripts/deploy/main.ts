import { loadEnvironment } from "../../constructs/environment";
import { vaultPreparation } from "../vault/preparation";
import { runCommand } from "./command";
import { OUTPUT, synthesize } from "./synthesize";

void runCommand(process.argv.slice(2), async () => {
  await synthesize({ inherit: true });
  const environment = loadEnvironment();
  return {
    folder: OUTPUT,
    environment: environment.name,
    prepare: (command, stacks) => vaultPreparation({ environment, stacks, command }),
  };
}).then((code) => process.exit(code));
