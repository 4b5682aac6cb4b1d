import { join } from "node:path";
import { loadEnvironment } from "../../constructs/environment";
import { runCommand as runTerraform } from "../deploy/command";
import { synthesize } from "../deploy/synthesize";
import { usersTerraformEnvironment } from "../terraform/provider-source";
import { vaultPreparation } from "../vault/preparation";
import { awsAccount } from "./account";
import { runCommand } from "./command";
import { readDeployed, stacksInService, versions } from "./deployed";

// Node 20 is good for what this does; the AWS SDK would say otherwise in the middle of a question.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const OUTPUT = join(__dirname, "..", "..", "cdktf.out");

void runCommand(process.argv.slice(2), async (name) => {
  // Of this process, too: what it starts synthesizes and plans the same environment.
  process.env.ENVIRONMENT = name;
  await synthesize({ inherit: true });
  const environment = loadEnvironment();
  const variables = await usersTerraformEnvironment();
  return {
    environment,
    output: OUTPUT,
    account: awsAccount({ region: environment.region }),
    inService: () => stacksInService(OUTPUT, variables),
    deployed: () => readDeployed(environment, OUTPUT, variables),
    versions: () => versions(OUTPUT, variables),
    run: async (words, interruption) =>
      await runTerraform(
        words,
        async () => ({
          folder: OUTPUT,
          environment: environment.name,
          prepare: (command, stacks) => vaultPreparation({ environment, stacks, command }),
        }),
        interruption,
      ),
  };
}).then((code) => process.exit(code));
