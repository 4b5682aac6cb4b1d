import { TerraformOutput } from "cdktf";
import type { IConstruct } from "constructs";
import type { FunctionHost } from "../contracts/function-host";
import { PrivateFunction } from "../functions/private-function";
import { EnvironmentStack, type EnvironmentStackProps } from "./environment-stack";

export interface FunctionsStackProps extends EnvironmentStackProps {
  /** Where functions run. */
  readonly functions: FunctionHost;
  /** Lets a function read a secret by its name. */
  readonly grantRead: (made: PrivateFunction, secretName: string) => void;
}

/** The functions that the environment file lists, with the secrets that each reads. */
export class FunctionsStack extends EnvironmentStack {
  /** By name. */
  readonly functions: Readonly<Record<string, PrivateFunction>>;

  constructor(scope: IConstruct, id: string, { functions: host, grantRead, ...props }: FunctionsStackProps) {
    super(scope, id, props);
    const functions: Record<string, PrivateFunction> = {};
    for (const { name, secrets, ...settings } of this.environment.functions) {
      const made = new PrivateFunction(this, `Function-${name}`, { ...settings, host, name });
      for (const secret of secrets) grantRead(made, secret);
      functions[name] = made;
    }
    this.functions = functions;
    const names = Object.fromEntries(Object.entries(functions).map(([name, made]) => [name, made.name]));
    new TerraformOutput(this, "function_names", { value: names, staticId: true });
  }
}
