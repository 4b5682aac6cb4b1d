import { join, resolve } from "node:path";
import { App, LocalBackend, S3Backend, type TerraformStack } from "cdktf";
import { type Environment, EnvironmentError, loadEnvironment } from "./constructs/environment";
import { ApplicationStack } from "./constructs/stacks/application-stack";
import { FoundationStack } from "./constructs/stacks/foundation-stack";
import { NativeStack } from "./constructs/stacks/native-stack";

/** Adds the stacks of an environment to an app. `bundles` is the folder with the functions' zip files. */
export function addStacks(app: App, environment: Environment, bundles: string): void {
  const foundation = new FoundationStack(app, environment);
  const native = new NativeStack(app, environment, {
    foundation,
    rotationZip: join(bundles, "rotation.zip"),
  });
  const stacks: TerraformStack[] = [foundation, native];
  if (environment.consumers.length > 0) {
    stacks.push(
      new ApplicationStack(app, environment, {
        foundation,
        backend: native.backend,
        consumerZip: join(bundles, "consumer.zip"),
      }),
    );
  }
  for (const stack of stacks) keepState(stack, environment);
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
    const app = new App();
    addStacks(app, environment, join(root, "dist", "lambda"));
    app.synth();
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

if (require.main === module) main(resolve(__dirname));
