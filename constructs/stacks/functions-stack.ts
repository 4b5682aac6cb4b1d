import { Annotations, TerraformOutput } from "cdktf";
import type { IConstruct } from "constructs";
import type { FunctionHost } from "../contracts/function-host";
import { mapped } from "../contracts/mapped";
import { PrivateFunction } from "../functions/private-function";
import { Monitors, type MonitorsProps } from "../operations/monitors";
import { EnvironmentStack, type EnvironmentStackProps } from "./environment-stack";

export interface FunctionsStackProps extends EnvironmentStackProps {
  /** Where functions run. */
  readonly functions: FunctionHost;
  /** Lets a function read a secret by its name. */
  readonly grantRead: (made: PrivateFunction, secretName: string) => void;
  /** What is checked, and how functions that check get at it. */
  readonly monitors: Pick<MonitorsProps, "databases" | "grantRead">;
}

/** The functions that the environment file lists, with the secrets that each reads, and those that watch it. */
export class FunctionsStack extends EnvironmentStack {
  /** By name. */
  readonly functions: Readonly<Record<string, PrivateFunction>>;
  /** @default - the environment has no such functions */
  readonly monitors?: Monitors;

  constructor(
    scope: IConstruct,
    id: string,
    { functions: host, grantRead, monitors, ...props }: FunctionsStackProps,
  ) {
    super(scope, id, props);
    const functions: Record<string, PrivateFunction> = {};
    for (const { name, secrets, ...settings } of this.environment.functions) {
      const made = new PrivateFunction(this, `Function-${name}`, { ...settings, host, name });
      for (const secret of secrets) grantRead(made, secret);
      functions[name] = made;
    }
    this.functions = functions;
    const nameOf = ({ name }: PrivateFunction) => name;
    new TerraformOutput(this, "function_names", { value: mapped(functions, nameOf), staticId: true });
    const { operations, rotation } = this.environment;
    if (!operations || !(operations.credentialHealth || operations.quotaMonitor)) return;
    if (operations.credentialHealth) this.warnOfUnchecked(monitors.databases);
    this.monitors = new Monitors(this, "Monitors", { ...rotation, ...operations, ...monitors, host });
    const { healthChecks } = this.monitors;
    new TerraformOutput(this, "health_check_names", { value: mapped(healthChecks, nameOf), staticId: true });
  }

  /** Of a secret that only Vault knows, nobody says which of several databases it is for. */
  private warnOfUnchecked(databases: MonitorsProps["databases"]): void {
    const checked = new Set(Object.values(databases).flatMap(({ secrets }) => secrets));
    const read = new Set(this.environment.functions.flatMap(({ secrets }) => secrets));
    const unchecked = [...read].filter((name) => !checked.has(name));
    if (unchecked.length === 0) return;
    Annotations.of(this).addWarning(
      "operations.credentialHealth checks secrets whose database it knows. It does not know that of " +
        `${unchecked.join(", ")}, which functions read. Add them to secrets, each with its database.`,
    );
  }
}
