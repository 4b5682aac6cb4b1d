import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Aspects, LocalBackend, S3Backend, TerraformStack } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { PermissionsBoundary } from "../access/permissions-boundary";
import { Account } from "../contracts/account";
import { ConstructError } from "../contracts/construct-error";
import type { Environment } from "../environment";
import { SecretsGuard } from "../guard/secrets-guard";
import { addEmulatorProfile } from "./emulator-profile";

export interface EnvironmentStackProps {
  /** The platform whose environment the stack belongs to. */
  readonly platform: { readonly environment: Environment };
}

/**
 * A stack of an environment: in its account and region only, everything tagged, its roles within its permissions
 * boundary, its state where the environment keeps it. Its id is its name, for example `staging-billing`.
 */
export class EnvironmentStack extends TerraformStack {
  protected readonly environment: Environment;
  protected readonly account: Account;

  /**
   * @throws Error if `scope` is not the app, because the CDKTF CLI takes a path for a name when it orders stacks; or if
   *   `id` does not begin with the environment's name, because the state is kept by it.
   */
  constructor(scope: IConstruct, id: string, { platform }: EnvironmentStackProps) {
    super(scope as Construct, id);
    if (scope !== scope.node.root)
      throw new ConstructError(this, `\`scope\` of a stack must be the app, got "${scope.node.path}"`);
    const { name } = platform.environment;
    if (!id.startsWith(`${name}-`))
      throw new ConstructError(
        this,
        `\`id\` must begin with "${name}-", got "${id}"`,
        `write "${name}-${id}"`,
      );
    this.environment = platform.environment;
    const { account, region, permissionsBoundaryArn } = this.environment;
    this.account = new Account(account, region);
    this.addProvider();
    this.keepState();
    Aspects.of(this).add(new SecretsGuard());
    if (permissionsBoundaryArn) Aspects.of(this).add(new PermissionsBoundary(permissionsBoundaryArn));
  }

  private addProvider(): void {
    const { account, region, tags, emulator, providerVersion } = this.environment;
    new AwsProvider(this, "Aws", {
      region,
      allowedAccountIds: [account],
      defaultTags: [{ tags: { ...tags, ManagedBy: "terraform", Stack: this.node.id } }],
      ...(emulator && emulated(this, emulator.endpoint)),
    });
    if (providerVersion) this.addOverride("terraform.required_providers.aws.version", providerVersion);
  }

  /**
   * The path of a state file is relative to the stack's folder, so that synthesized files are the same on every
   * machine.
   */
  private keepState(): void {
    const { state, region } = this.environment;
    if (state.kind === "local") {
      new LocalBackend(this, { path: `../../../terraform.${this.node.id}.tfstate` });
      return;
    }
    const backend = new S3Backend(this, {
      bucket: state.bucket,
      key: `${state.keyPrefix}/${this.node.id}.tfstate`,
      region: state.region ?? region,
      encrypt: true,
      kmsKeyId: state.kmsKeyId,
    });
    backend.addOverride("use_lockfile", true);
  }
}

/** The credentials are good for nothing but the emulator. */
function emulated(stack: TerraformStack, endpoint: string) {
  return {
    accessKey: "test",
    secretKey: "test",
    skipCredentialsValidation: true,
    skipMetadataApiCheck: "true",
    skipRegionValidation: true,
    ...addEmulatorProfile(stack, endpoint),
  };
}
