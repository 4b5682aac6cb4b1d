import type { Construct } from "constructs";
import { SecretsGuard } from "../guard/secrets-guard";
import { FunctionBase, type FunctionBaseProps } from "./function-base";

/** A Lambda function outside every VPC, from where it reaches the APIs of AWS and nothing of the environment's VPC. */
export class AccountFunction extends FunctionBase {
  /** @throws Error if there is no such code, or the build has not made its zip file. */
  constructor(scope: Construct, id: string, props: FunctionBaseProps) {
    super(scope, id, props);
    SecretsGuard.exempt(
      this,
      "function-in-vpc",
      "asks AWS about the account, for which the VPC has no endpoints",
    );
  }
}
