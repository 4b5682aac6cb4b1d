import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { Account } from "../account";
import { addEmulatorProfile } from "../emulator-profile";
import type { Environment } from "../environment";

/** A stack of an environment: named after it, in its account and region only, everything tagged. */
export class EnvironmentStack extends TerraformStack {
  protected readonly account: Account;

  constructor(
    scope: Construct,
    part: string,
    protected readonly environment: Environment,
  ) {
    super(scope, `${environment.name}-${part}`);
    this.account = new Account(environment.account, environment.region);
    new AwsProvider(this, "Aws", {
      region: environment.region,
      allowedAccountIds: [environment.account],
      defaultTags: [{ tags: { ...environment.tags, ManagedBy: "terraform", Stack: this.node.id } }],
      ...(environment.emulator && emulated(this, environment.emulator.endpoint)),
    });
    if (environment.providerVersion) {
      this.addOverride("terraform.required_providers.aws.version", environment.providerVersion);
    }
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
    // The emulator answers a call it does not know with 500, which the provider would retry 25 times.
    maxRetries: 2,
    ...addEmulatorProfile(stack, endpoint),
  };
}
