import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, LocalBackend, TerraformStack } from "cdktf";
import type { PipelineRole } from "../../../constructs/ci/role-names";
import { type Environment, loadEnvironment } from "../../../constructs/environment";
import { SecretsPlatform } from "../../../constructs/platform";
import { detectProviderSource, terraformEnvironment } from "../../../scripts/terraform/provider-source";
import { type AwsEmulator, startAwsEmulator } from "../../../testbed/aws/aws-emulator";
import { withoutAwsSettings } from "../../../testbed/aws/aws-settings";
import { notAllowed } from "../../../testbed/iam/deploys/not-allowed";
import { shownPolicies } from "../../../testbed/iam/deploys/shown-policies";
import { describeChange, planChanges } from "../../../testbed/terraform/plan-changes";
import { applyStack, destroyStack } from "../../support/deploy";
import { projectRoot } from "../../support/shipped";

export const ACCOUNT = "123456789012";
const RUNTIME = "nodejs22.x";

/** An emulator with shipped environments that are deployed to it. Stacks are the folders of synthesized ones. */
export class DeployWorld {
  /** What whoever deploys and plans has called. */
  readonly recorded = new Set<string>();
  private readonly environments = new Map<string, Environment>();

  private constructor(
    readonly emulator: AwsEmulator,
    /** Where environments and their states are. */
    readonly folder: string,
    readonly terraform: { readonly environment: NodeJS.ProcessEnv },
  ) {}

  static async start(): Promise<DeployWorld> {
    const folder = await mkdtemp(join(tmpdir(), "deploy-"));
    const emulator = await startAwsEmulator({ directory: folder });
    const source = await terraformEnvironment(detectProviderSource(), folder);
    return new DeployWorld(emulator, folder, { environment: { ...withoutAwsSettings(), ...source } });
  }

  async stop(): Promise<void> {
    await this.emulator.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Synthesizes a shipped environment for the emulator; gives the folders of its stacks in order of deployment. */
  async synthesize(name: string, settings: Record<string, unknown>): Promise<string[]> {
    const shipped = JSON.parse(await readFile(join(projectRoot, "environments", `${name}.json`), "utf8"));
    const provider = detectProviderSource();
    const file = join(this.folder, `${name}.json`);
    await writeFile(
      file,
      JSON.stringify({
        ...shipped,
        $schema: undefined,
        account: ACCOUNT,
        emulator: { endpoint: this.emulator.endpoint },
        // The emulator would run the first rotation while it is being configured, without a database.
        rotation: { runtime: RUNTIME, immediately: false },
        functions: shipped.functions.map((entry: object) => ({ ...entry, runtime: RUNTIME })),
        ...(provider.kind === "mirror" && { providerVersion: provider.awsVersion }),
        ...settings,
      }),
    );
    await mkdir(join(this.folder, name));
    const app = new App({ outdir: join(this.folder, name, "cdktf.out"), stackTraces: false });
    const environment = loadEnvironment(file, { root: projectRoot, variables: {} });
    this.environments.set(name, environment);
    const platform = new SecretsPlatform(app, "Secrets", { environment });
    app.synth();
    // There is no Vault that could be configured.
    const stacks = platform.stacks.filter(({ node }) => !node.id.endsWith("-vault"));
    return stacks.map(({ node }) => join(app.outdir, "stacks", node.id));
  }

  /** Synthesizes a stack of no environment for the emulator; gives its folder. */
  synthesizeAlone(name: string, add: (stack: TerraformStack) => void): string {
    const app = new App({ outdir: join(this.folder, "cdktf.out"), stackTraces: false });
    const stack = new TerraformStack(app, name);
    // Otherwise it would be left in the folder of the project.
    new LocalBackend(stack, { path: join(this.folder, `${name}.tfstate`) });
    new AwsProvider(stack, "Aws", { region: "ap-northeast-2", skipCredentialsValidation: true });
    const provider = detectProviderSource();
    if (provider.kind === "mirror")
      stack.addOverride("terraform.required_providers.aws.version", provider.awsVersion);
    add(stack);
    app.synth();
    return join(app.outdir, "stacks", name);
  }

  /** Terraform's environment for such a stack, which does not name the emulator. */
  get alone(): NodeJS.ProcessEnv {
    return {
      ...this.terraform.environment,
      AWS_ENDPOINT_URL: this.emulator.endpoint,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    };
  }

  async apply(stacks: string[]): Promise<void> {
    await this.permitted("deployer", stacks, async () => {
      for (const lanes of inTurn(stacks))
        await Promise.all(lanes.map((lane) => eachOf(lane, (stack) => applyStack(stack, this.terraform))));
    });
  }

  async destroy(stacks: string[]): Promise<void> {
    await this.permitted("deployer", stacks, async () => {
      for (const lanes of inTurn(stacks).reverse())
        await Promise.all(
          lanes.map((lane) => eachOf([...lane].reverse(), (stack) => destroyStack(stack, this.terraform))),
        );
    });
  }

  async expectCleanPlan(stacks: string[]): Promise<void> {
    const plan = (stack: string) => planChanges(stack, this.terraform);
    const plans = await this.permitted("planner", stacks, () => Promise.all(stacks.map(plan)));
    expect(plans.flat().map(describeChange)).toEqual([]);
  }

  /** Every call that the work makes is allowed by the policies that docs/permissions.md shows. */
  private async permitted<Result>(
    role: PipelineRole,
    stacks: readonly string[],
    work: () => Promise<Result>,
  ): Promise<Result> {
    const environment = this.environmentOf(stacks);
    const before = this.emulator.calls.length;
    const result = await work();
    const calls = this.emulator.calls.slice(before);
    for (const { service, action } of calls) this.recorded.add(`${service}:${action}`);
    expect(calls.length).toBeGreaterThan(0);
    expect(notAllowed(calls, shownPolicies(role, environment), environment)).toEqual([]);
    return result;
  }

  environmentOf([stack = ""]: readonly string[]): Environment {
    const found = this.environments.get(basename(stack).replace(/-.*$/, ""));
    if (!found) throw new Error(`${stack} is of no environment`);
    return found;
  }
}

/** The foundation; what functions need and these, beside a Vault server; and what watches them. */
function inTurn(stacks: readonly string[]): string[][][] {
  const those = (name: RegExp) => stacks.filter((stack) => name.test(stack));
  const turns = [
    [those(/-foundation$/)],
    [those(/-(native|functions)$/), those(/-vault-server$/)],
    [those(/-operations$/)],
  ];
  if (turns.flat(2).length !== stacks.length) throw new Error(`one of ${stacks.join()} has no turn`);
  return turns;
}

async function eachOf(stacks: readonly string[], work: (stack: string) => Promise<void>): Promise<void> {
  for (const stack of stacks) await work(stack);
}
