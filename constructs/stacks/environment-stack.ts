import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { Account } from "../account";
import type { Environment } from "../environment";

const EMULATED_SERVICES = ["ec2", "iam", "kms", "lambda", "logs", "rds", "secretsmanager", "sts"];

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
      ...(environment.emulator && emulated(environment.emulator.endpoint)),
    });
    if (environment.providerVersion) {
      this.addOverride("terraform.required_providers.aws.version", environment.providerVersion);
    }
  }
}

/** Sends the calls of the services in use to the emulator; the credentials are good for nothing else. */
function emulated(endpoint: string) {
  return {
    accessKey: "test",
    secretKey: "test",
    skipCredentialsValidation: true,
    skipMetadataApiCheck: "true",
    skipRegionValidation: true,
    // The emulator answers a call it does not know with 500, which the provider would retry 25 times.
    maxRetries: 2,
    endpoints: [Object.fromEntries(EMULATED_SERVICES.map((service) => [service, endpoint]))],
  };
}
