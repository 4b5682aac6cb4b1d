import { App } from "cdktf";
import { ConstructError } from "./constructs/contracts/construct-error";
import { EnvironmentError, loadEnvironment } from "./constructs/environment";
import { SecretsPlatform } from "./constructs/platform";
import { addStacks } from "./stacks";

/**
 * Synthesizes the environment that ENVIRONMENT names.
 *
 * @returns its name; undefined if it was refused
 */
export function main(): string | undefined {
  try {
    const environment = loadEnvironment();
    // Warnings in the manifest would otherwise come with stack traces, and these with paths of this machine.
    const app = new App({ stackTraces: false });
    addStacks(app, new SecretsPlatform(app, "Secrets", { environment }));
    app.synth();
    return environment.name;
  } catch (error) {
    const message = forUsers(error);
    if (message === undefined) throw error;
    process.stderr.write(`${message}\n`);
    process.exitCode = 1;
    return undefined;
  }
}

/** Of what the guard refuses, CDKTF's error says more: a stack, and how to ignore it. */
function forUsers(error: unknown): string | undefined {
  if (error instanceof EnvironmentError || error instanceof ConstructError) return error.message;
  const refused = /^Encountered Annotations with level "ERROR":\n(.*?)\n\n/s;
  return refused.exec((error as Error).message)?.[1];
}

if (require.main === module) main();
