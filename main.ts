import { App } from "cdktf";
import { ConstructError } from "./constructs/contracts/construct-error";
import { EnvironmentError, loadEnvironment } from "./constructs/environment";
import { SecretsPlatform } from "./constructs/platform";
import { addStacks } from "./stacks";

/** Synthesizes the environment that ENVIRONMENT names. */
export function main(): void {
  try {
    const environment = loadEnvironment();
    // Warnings in the manifest would otherwise come with stack traces, and these with paths of this machine.
    const app = new App({ stackTraces: false });
    addStacks(app, new SecretsPlatform(app, "Secrets", { environment }));
    app.synth();
  } catch (error) {
    if (!(error instanceof EnvironmentError || error instanceof ConstructError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

if (require.main === module) main();
