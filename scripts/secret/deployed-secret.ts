import { nearest } from "../../constructs/environment/values/nearest";
import { deployedStack } from "../deploy/deployed-stack";

/** What Terraform's outputs say of a secret. */
export interface DeployedSecret {
  readonly arn: string;
  /** What the value should be, but for the password: JSON. */
  readonly value: string;
}

type Named = Readonly<Record<string, string>>;

/** As it was deployed last: that is what the rotation function compares the value with, not what a file says now. */
export async function findDeployed(name: string, output: string): Promise<DeployedSecret> {
  const native = await deployedStack(output, "native");
  if (!native)
    throw new Error(
      '`backends` must have "native", whose secrets rotate; add it, or name another ENVIRONMENT',
    );
  const { stack, state, outputs } = native;
  if (!state.outputs.has("secret_values"))
    throw new Error(`${stack.name} must be deployed, and is not as it is now; run npm run deploy`);
  const { secret_arns: arns, secret_values: values } = (await outputs()) as Record<string, Named>;
  const [arn, value] = [arns?.[name], values?.[name]];
  if (arn !== undefined && value !== undefined) return { arn, value };
  const known = Object.keys(values ?? {});
  const meant = nearest(name, known);
  throw new Error(
    `the secret must be one that ${stack.name} has deployed, got ` +
      `"${name}"${meant ? `, did you mean ${meant}?` : "."} Deployed: ${known.join(", ")}`,
  );
}
