import { App, TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import {
  AdoptedFunction,
  EnvironmentStack,
  loadEnvironment,
  PrivateFunction,
  SecretsPlatform,
} from "lambda-secrets";

interface BillingProps {
  readonly platform: SecretsPlatform;
}

class Billing extends EnvironmentStack {
  constructor(scope: Construct, id: string, { platform }: BillingProps) {
    super(scope, id, { platform });
    const host = platform.functions;
    const billing = new PrivateFunction(this, "Function", { host, code: "lambda/billing" });
    platform.secret("orders").grantRead(billing);

    const legacy = new AdoptedFunction(this, "Legacy", {
      host,
      roleName: "legacy",
      securityGroupId: "sg-0a1b2c3d4e5f67890",
    });
    platform.secret("orders").grantRead(legacy);
    new TerraformOutput(this, "legacy_variables", { value: legacy.variables, staticId: true });
  }
}

const app = new App();
const platform = new SecretsPlatform(app, "Staging", { environment: loadEnvironment("staging") });
new Billing(app, "staging-billing", { platform });
app.synth();
