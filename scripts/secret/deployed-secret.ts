import { nearest } from "../../constructs/environment/values/nearest";
import { readOutputs } from "../deploy/outputs";
import { plainScreen } from "../deploy/screen";
import { StackTerraform } from "../deploy/stack-terraform";
import { synthesizedStacks } from "../deploy/stacks";
import { usersTerraformEnvironment } from "../terraform/provider-source";

/** What Terraform's outputs say of a secret. */
export interface DeployedSecret {
  readonly arn: string;
  /** What the value should be, but for the password: JSON. */
  readonly value: string;
}

type Named = Readonly<Record<string, string>>;

/** As it was deployed last: that is what the rotation function compares the value with, not what a file says now. */
export async function findDeployed(name: string, output: string): Promise<DeployedSecret> {
  const stack = synthesizedStacks(output).find((one) => one.name.endsWith("-native"));
  if (!stack)
    throw new Error(
      '`backends` must have "native", whose secrets rotate; add it, or name another ENVIRONMENT',
    );
  const environment = await usersTerraformEnvironment();
  const screen = plainScreen();
  const terraform = new StackTerraform(stack, { environment, screen, extra: { plan: [], apply: [] } });
  const { outputs } = await terraform.state();
  if (!outputs.has("secret_values"))
    throw new Error(`${stack.name} must be deployed, and is not as it is now; run npm run deploy`);
  const { secret_arns: arns, secret_values: values } = (await readOutputs(stack.folder, {
    environment,
  })) as Record<string, Named>;
  const [arn, value] = [arns?.[name], values?.[name]];
  if (arn !== undefined && value !== undefined) return { arn, value };
  const known = Object.keys(values ?? {});
  const meant = nearest(name, known);
  throw new Error(
    `the secret must be one that ${stack.name} has deployed, got ` +
      `"${name}"${meant ? `, did you mean ${meant}?` : "."} Deployed: ${known.join(", ")}`,
  );
}
