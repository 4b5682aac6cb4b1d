import { join } from "node:path";
import { loadEnvironment } from "../../constructs/environment";
import { createdVault } from "../../constructs/stacks/vault-address";
import { runCommand } from "./command";
import { synthesize } from "./synthesize";

const OUTPUT = join(__dirname, "..", "..", "cdktf.out");

void runCommand(process.argv.slice(2), async () => {
  await synthesize({ inherit: true });
  const environment = loadEnvironment();
  // The AWS SDK comes with it, a third of the time that a command takes to start.
  const vault = createdVault(environment) && (await import("../vault/preparation"));
  return {
    folder: OUTPUT,
    environment: environment.name,
    prepare: vault && ((command, stacks) => vault.vaultPreparation({ environment, stacks, command })),
  };
}).then((code) => process.exit(code));
