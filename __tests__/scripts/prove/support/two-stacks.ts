import { App, TerraformOutput } from "cdktf";
import { loadEnvironment } from "../../../../constructs/environment";
import { PrivateFunction } from "../../../../constructs/functions/private-function";
import { RotatedSecret } from "../../../../constructs/native/rotated-secret";
import { EnvironmentStack } from "../../../../constructs/stacks/environment-stack";
import { database, host } from "../../../support/fixtures";

/** What main.ts is, with two small stacks in the place of the platform's, which wait for nothing. */
export function main(): void {
  const environment = loadEnvironment();
  const app = new App({ stackTraces: false });
  class Native extends EnvironmentStack {
    constructor() {
      super(app, `${environment.name}-native`, { platform: { environment } });
      const { arn } = new RotatedSecret(this, "Secret", {
        account: this.account,
        name: `${environment.namePrefix}/orders`,
        user: "orders",
        strategy: "alternating-users",
        database,
        encryptionKeyArn: this.account.arn("kms", "key/secrets"),
        rotationFunction: {
          function: { functionArn: this.account.arn("lambda", "function:rotation") },
          roleArn: this.account.roleArn("rotation"),
          readyToRotate: [],
        },
        schedule: "rate(7 days)",
        immediately: false,
        secretRecoveryDays: 0,
        endpointReady: [],
      });
      new TerraformOutput(this, "secret_arns", { value: { orders: arn }, staticId: true });
    }
  }
  class Functions extends EnvironmentStack {
    constructor() {
      super(app, `${environment.name}-functions`, { platform: { environment } });
      const { namePrefix } = environment;
      const code = "lambda/samples/orders";
      const { name } = new PrivateFunction(this, "orders", {
        host: { ...host, account: this.account, namePrefix },
        code,
        runtime: "nodejs22.x",
      });
      new TerraformOutput(this, "function_names", { value: { orders: name }, staticId: true });
    }
  }
  new Native();
  new Functions();
  app.synth();
}
