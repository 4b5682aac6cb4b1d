import { loadEnvironment } from "../../constructs/environment";
import { runCommand as runTerraform } from "../deploy/command";
import { synthesize } from "../deploy/synthesize";
import { usersTerraformEnvironment } from "../terraform/provider-source";
import { vaultPreparation } from "../vault/preparation";
import { awsAccount } from "./account";
import type { Proved } from "./command";
import { readDeployed, stacksInService, versions } from "./deployed";

/** Synthesizes the named environment into a folder. Gives what it is proved with, by the shell's credentials. */
export function selected(output: string): (name: string) => Promise<Proved> {
  return async (name) => {
    // Of this process, too: what it starts synthesizes and plans the same environment.
    process.env.ENVIRONMENT = name;
    await synthesize({ output, inherit: true });
    const environment = loadEnvironment();
    const variables = await usersTerraformEnvironment();
    return {
      environment,
      output,
      account: awsAccount({ region: environment.region }),
      inService: () => stacksInService(output, variables),
      deployed: () => readDeployed(environment, output, variables),
      versions: () => versions(output, variables),
      run: async (words, interruption) =>
        await runTerraform(
          words,
          async () => ({
            folder: output,
            environment: environment.name,
            prepare: (command, stacks) => vaultPreparation({ environment, stacks, command }),
          }),
          interruption,
        ),
    };
  };
}
