import { Construct } from "constructs";
import type { HealthEvent } from "../../lambda/credential-health/contract/event";
import { WARM_UP } from "../../lambda/rotation/contract/warm-up";
import type { Database } from "../contracts/database";
import type { FunctionHost } from "../contracts/function-host";
import { mapped } from "../contracts/mapped";
import type { AccountFunction } from "../functions/account-function";
import type { PrivateFunction } from "../functions/private-function";
import { CredentialHealth, type HealthOfNative } from "./credential-health";
import { QuotaMonitor } from "./quota-monitor";
import { Schedules } from "./schedules";

/** A database whose secrets are checked. */
export interface CheckedDatabase {
  readonly database: Database;
  /** Names of its users' secrets. */
  readonly secrets: readonly string[];
  /** @default - no secret of it is in Secrets Manager */
  readonly native?: HealthOfNative;
  /** @default - no secret of it is in Secrets Manager */
  readonly rotationFunction?: PrivateFunction;
}

export interface MonitorsProps {
  readonly host: FunctionHost;
  /** @default "nodejs24.x" */
  readonly runtime?: string;
  /** @default - none */
  readonly codeSigningConfigArn?: string;
  /** When; `false`: never. */
  readonly credentialHealth: { readonly schedule: string } | false;
  /** When; `false`: never. */
  readonly quotaMonitor: { readonly schedule: string } | false;
  /** By name. */
  readonly databases: Readonly<Record<string, CheckedDatabase>>;
  /** Lets a function read secrets as their readers do, but for the permissions in Secrets Manager. */
  readonly grantRead: (made: PrivateFunction, secrets: readonly string[]) => void;
}

/** The functions that watch an environment, each by its schedule. */
export class Monitors extends Construct {
  /** By the database's name, the function that checks its secrets. */
  readonly healthChecks: Readonly<Record<string, PrivateFunction>>;
  /** @default - quotas are not monitored */
  readonly quotaMonitor?: AccountFunction;
  private readonly schedules: Schedules;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: MonitorsProps,
  ) {
    super(scope, id);
    this.schedules = new Schedules(this, "Schedules", props.host);
    this.quotaMonitor = this.addQuotaMonitor();
    this.healthChecks = mapped(props.databases, (checked, name) => this.addHealth(name, checked));
  }

  private get functionProps() {
    const { host, runtime, codeSigningConfigArn } = this.props;
    return { host, runtime, codeSigningConfigArn };
  }

  private addQuotaMonitor(): AccountFunction | undefined {
    const { quotaMonitor } = this.props;
    if (!quotaMonitor) return undefined;
    const monitor = new QuotaMonitor(this, "QuotaMonitor", this.functionProps);
    this.schedules.add({ function: monitor.function, expression: quotaMonitor.schedule, event: {} });
    return monitor.function;
  }

  private addHealth(
    databaseName: string,
    { database, secrets, native, rotationFunction }: CheckedDatabase,
  ): PrivateFunction | undefined {
    const { credentialHealth, grantRead } = this.props;
    if (!credentialHealth || secrets.length === 0) return undefined;
    const health = new CredentialHealth(this, `Health-${databaseName}`, {
      ...this.functionProps,
      databaseName,
      database,
      secrets,
      native,
    });
    grantRead(health.function, secrets);
    const event: HealthEvent = { secrets };
    const expression = credentialHealth.schedule;
    this.schedules.add({ function: health.function, expression, event });
    if (rotationFunction) this.schedules.add({ function: rotationFunction, expression, event: WARM_UP });
    return health.function;
  }
}
