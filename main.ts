import { join, resolve } from "node:path";
import { App, LocalBackend, S3Backend, type TerraformStack } from "cdktf";
import { BackendPair } from "./constructs/backend-pair";
import { type Environment, EnvironmentError, loadEnvironment } from "./constructs/environment";
import type { SecretBackend } from "./constructs/secret-backend";
import { ApplicationStack } from "./constructs/stacks/application-stack";
import { FoundationStack } from "./constructs/stacks/foundation-stack";
import { NativeStack } from "./constructs/stacks/native-stack";
import { VaultStack } from "./constructs/stacks/vault-stack";

/** Warnings in the manifest would otherwise come with stack traces, and these with paths of this machine. */
export function newApp(outdir?: string): App {
  return new App({ outdir, stackTraces: false });
}

/** Adds the stacks of an environment to an app. `bundles` is the folder with the functions' zip files. */
export function addStacks(app: App, environment: Environment, bundles: string): void {
  const foundation = new FoundationStack(app, environment);
  const native =
    environment.backend === "vault"
      ? undefined
      : new NativeStack(app, environment, { foundation, rotationZip: join(bundles, "rotation.zip") });
  const vault =
    environment.backend === "native" || !environment.vault
      ? undefined
      : new VaultStack(app, environment, { foundation, settings: environment.vault });
  const application = new ApplicationStack(app, environment, {
    foundation,
    backend: secretBackend(environment, native?.backend, vault?.backend),
    zips: { node: join(bundles, "consumer.zip"), python: join(bundles, "python-consumer.zip") },
  });
  // A function that reads from Vault fails until Vault knows it. By unique id, Vault cannot know it before it is there.
  if (vault?.knowsRolesBeforehand) application.addDependency(vault);
  for (const stack of [foundation, native, vault, application]) if (stack) keepState(stack, environment);
}

function secretBackend(
  { primary, fallback }: Environment,
  native: SecretBackend | undefined,
  vault: SecretBackend | undefined,
): SecretBackend {
  if (native && vault) {
    const [first, second] = primary === "native" ? [native, vault] : [vault, native];
    return new BackendPair({ primary: first, secondary: second, fallback });
  }
  const only = native ?? vault;
  if (!only) throw new Error("an environment has a backend");
  return only;
}

/** The path of a state file is relative to the stack's folder, so that synthesized files are the same on every machine. */
function keepState(stack: TerraformStack, { state, region }: Environment): void {
  if (state.kind === "local") {
    new LocalBackend(stack, { path: `../../../terraform.${stack.node.id}.tfstate` });
    return;
  }
  const backend = new S3Backend(stack, {
    bucket: state.bucket,
    key: `${state.keyPrefix}/${stack.node.id}.tfstate`,
    region: state.region ?? region,
    encrypt: true,
    kmsKeyId: state.kmsKeyId,
  });
  backend.addOverride("use_lockfile", true);
}

/** Synthesizes the environment that ENVIRONMENT names. */
export function main(root: string): void {
  try {
    const environment = loadEnvironment({ root, variables: process.env });
    const app = newApp();
    addStacks(app, environment, join(root, "dist", "lambda"));
    app.synth();
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

if (require.main === module) main(resolve(__dirname));
