import type { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import type { IConstruct } from "constructs";
import type { Database } from "../contracts/database";
import type { FunctionHost } from "../contracts/function-host";
import { mapped } from "../contracts/mapped";
import type { Environment } from "../environment";
import type { PrivateFunction } from "../functions/private-function";
import { queryLogGroupName } from "../network/dns-firewall";
import { flowLogGroupName } from "../network/flow-logs";
import { Alarms } from "../operations/alarms/alarms";
import { watchDatabases } from "../operations/alarms/databases";
import { watchEndpoints } from "../operations/alarms/endpoints";
import { watchCredentials, watchQuotas } from "../operations/alarms/monitors";
import { watchNetwork } from "../operations/alarms/network";
import { watchRotationFunctions } from "../operations/alarms/rotation-functions";
import { watchVault } from "../operations/alarms/vault";
import { watchVaultServer } from "../operations/alarms/vault-server";
import { CredentialFindings } from "../operations/credential-findings";
import { Dashboard } from "../operations/dashboard";
import { LogMetrics } from "../operations/log-metrics";
import type { Monitors } from "../operations/monitors";
import { NotificationTopic } from "../operations/notifications";
import { Queries } from "../operations/queries";
import { RotationEvents } from "../operations/rotation-events";
import { Trail } from "../operations/trail";
import type { Watched } from "../operations/watched";
import type { CreatedVaultServer } from "../vault/server/created/created-server";
import { EnvironmentStack, type EnvironmentStackProps } from "./environment-stack";

type OperationsSettings = Exclude<Environment["operations"], false>;

export interface OperationsStackProps extends EnvironmentStackProps {
  readonly operations: OperationsSettings;
  /** Where functions run. */
  readonly functions: FunctionHost;
  readonly databases: Readonly<Record<string, Database>>;
  readonly rotationFunctions: Readonly<Record<string, PrivateFunction>>;
  /** The functions that watch the environment, if it has them. */
  readonly monitors?: Monitors;
  /** Names of the functions that read from Vault. */
  readonly vaultReaders: readonly string[];
  /** The Vault server, if the environment makes it. */
  readonly vaultServer?: CreatedVaultServer;
  /** The interface endpoints that the environment made, by what their names have after its prefix. */
  readonly endpoints: Readonly<Record<string, VpcEndpoint | undefined>>;
}

/** What tells people that something is wrong, before users do: events, alarms, dashboard, queries. */
export class OperationsStack extends EnvironmentStack {
  private readonly watched: Watched;
  /** Where messages go. */
  readonly topicArn: string;

  constructor(
    scope: IConstruct,
    id: string,
    private readonly props: OperationsStackProps,
  ) {
    super(scope, id, props);
    this.watched = this.findWatched();
    this.topicArn = this.addNotifications();
    this.addRotationEvents();
    this.addCredentialFindings();
    this.addLogMetrics();
    this.addAlarms();
    this.addDashboard();
    this.addQueries();
  }

  private findWatched(): Watched {
    const { environment, props } = this;
    const { network, namePrefix, rotation } = environment;
    const ownVpc = network.kind === "created" ? network : undefined;
    return {
      rotationFunctions: mapped(props.rotationFunctions, ({ name }) => ({
        name,
        timeoutSeconds: rotation.timeoutSeconds,
      })),
      clusters: mapped(props.databases, ({ clusterIdentifier: identifier, maxConnections }) =>
        identifier === undefined ? undefined : { identifier, maxConnections },
      ),
      endpoints: mapped(props.endpoints, (endpoint) => endpoint),
      healthChecks: mapped(props.monitors?.healthChecks ?? {}, ({ name }) => name),
      quotas: props.monitors?.quotaMonitor && {
        monitor: props.monitors.quotaMonitor.name,
        vpcId: props.functions.network.vpcId,
      },
      vaultReaders: props.vaultReaders,
      vaultServer: props.vaultServer && {
        cluster: props.vaultServer.name,
        loadBalancer: props.vaultServer.balancer.resource.arnSuffix,
        targetGroup: props.vaultServer.balancer.targets.arnSuffix,
      },
      flowLogs: ownVpc && { logGroupName: flowLogGroupName(namePrefix), cidr: ownVpc.cidr },
      queryLogGroupName: ownVpc?.dnsFirewall ? queryLogGroupName(namePrefix) : undefined,
    };
  }

  private addNotifications(): string {
    const { notifications } = this.props.operations;
    if (notifications.kind === "adopted") return notifications.topicArn;
    const { account } = this;
    const { namePrefix } = this.environment;
    return new NotificationTopic(this, "Notifications", { ...notifications, account, namePrefix }).arn;
  }

  private addRotationEvents(): void {
    const { operations, databases } = this.props;
    const { backends, namePrefix, logRetentionDays } = this.environment;
    if (!operations.rotationEvents || !backends.includes("native")) return;
    const { account, topicArn } = this;
    if (operations.trail === "created") new Trail(this, "Trail", { account, namePrefix, logRetentionDays });
    new RotationEvents(this, "RotationEvents", {
      account,
      namePrefix,
      topicArn,
      runbook: operations.runbook,
      superuserSecretArns: Object.values(databases).map(({ superuserSecretArn }) => superuserSecretArn),
    });
  }

  private addCredentialFindings(): void {
    const healthChecks = Object.values(this.watched.healthChecks);
    if (healthChecks.length === 0) return;
    const { account, topicArn } = this;
    const { namePrefix } = this.environment;
    const { runbook } = this.props.operations;
    new CredentialFindings(this, "CredentialFindings", {
      account,
      namePrefix,
      topicArn,
      runbook,
      healthChecks,
    });
  }

  private addLogMetrics(): void {
    const { namePrefix, region } = this.environment;
    new LogMetrics(this, "LogMetrics", { namePrefix, region, watched: this.watched });
  }

  private addAlarms(): void {
    const { runbook, alarms: settings } = this.props.operations;
    if (!settings) return;
    const { topicArn, watched } = this;
    const { namePrefix } = this.environment;
    const alarms = new Alarms(this, "Alarms", { namePrefix, topicArn, runbook, settings });
    watchRotationFunctions(alarms, watched);
    watchEndpoints(alarms, watched);
    watchDatabases(alarms, watched);
    watchNetwork(alarms, namePrefix, watched);
    watchCredentials(alarms, namePrefix, watched);
    watchQuotas(alarms, namePrefix, watched);
    watchVault(alarms, namePrefix, watched);
    watchVaultServer(alarms, watched);
  }

  private addDashboard(): void {
    if (!this.props.operations.dashboard) return;
    const { namePrefix, region } = this.environment;
    new Dashboard(this, "Dashboard", { namePrefix, region, watched: this.watched });
  }

  private addQueries(): void {
    if (!this.props.operations.queries) return;
    new Queries(this, "Queries", { namePrefix: this.environment.namePrefix, watched: this.watched });
  }
}
