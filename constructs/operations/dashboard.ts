import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { Construct } from "constructs";
import { QUOTAS, type QuotaName } from "../../lambda/quota-monitor/contract/metrics";
import type { Metric } from "./alarms/alarms";
import { clusterMetric } from "./alarms/databases";
import { endpointMetric } from "./alarms/endpoints";
import { DAY, healthMetric, quotaMetric } from "./alarms/monitors";
import { logMetric } from "./alarms/network";
import { functionMetric } from "./alarms/rotation-functions";
import { nodeMetric, unhealthyNodes } from "./alarms/vault-server";
import { LAST_ROTATIONS } from "./queries";
import { functionLogGroupName, type Watched } from "./watched";

export interface DashboardProps {
  readonly namePrefix: string;
  readonly region: string;
  readonly watched: Watched;
}

interface Graph {
  readonly title: string;
  readonly metrics: readonly Metric[];
  /** Of what is measured once a day: {@link DAY}. @default - an hour */
  readonly period?: number;
}

/** Passwords are rotated and checked at most once a day, for most of them once a week. */
const SHOWN = "-P14D";
const HOUR = 3_600;
const WIDTH = 8;
const HEIGHT = 6;
const COLUMNS = 24 / WIDTH;

/** A dashboard with a graph for each kind of thing that is deployed (CloudWatch API, "Dashboard body structure"). */
export class Dashboard extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: DashboardProps,
  ) {
    super(scope, id);
    const graphs = [
      ...this.rotations(),
      ...this.credentials(),
      ...this.endpoints(),
      ...this.databases(),
      ...this.network(),
      ...this.vault(),
      ...this.vaultServer(),
      ...this.quotas(),
    ];
    const widgets = [...graphs.map((graph) => this.graph(graph)), ...this.lastRotations()];
    new CloudwatchDashboard(this, "Resource", {
      dashboardName: props.namePrefix,
      dashboardBody: JSON.stringify({
        start: SHOWN,
        // Each graph keeps its period, whatever the time that is shown.
        periodOverride: "inherit",
        widgets: widgets.map((widget, index) => ({
          ...widget,
          x: (index % COLUMNS) * WIDTH,
          y: Math.floor(index / COLUMNS) * HEIGHT,
          width: WIDTH,
          height: HEIGHT,
        })),
      }),
    });
  }

  private rotations(): Graph[] {
    return Object.values(this.props.watched.rotationFunctions).flatMap(({ name }) => [
      {
        title: `${name}: calls, errors, throttles`,
        metrics: (["Invocations", "Errors", "Throttles"] as const).map((one) => functionMetric(name, one)),
      },
      { title: `${name}: longest step`, metrics: [functionMetric(name, "Duration")] },
    ]);
  }

  private credentials(): Graph[] {
    const { namePrefix, watched } = this.props;
    return Object.keys(watched.healthChecks).flatMap((database) => [
      {
        title: `Database ${database}: secrets that fail, hang, are overdue`,
        metrics: (["SecretsFailing", "SecretsPending", "SecretsOverdue"] as const).map((one) =>
          healthMetric(namePrefix, database, one),
        ),
        period: DAY,
      },
      {
        title: `Database ${database}: days since the oldest rotation, until certificates end`,
        metrics: (["OldestRotationDays", "CertificateDaysLeft", "AuthorityDaysLeft"] as const).map((one) =>
          healthMetric(namePrefix, database, one),
        ),
        period: DAY,
      },
    ]);
  }

  private quotas(): Graph[] {
    const { namePrefix, watched } = this.props;
    const { quotas } = watched;
    if (!quotas) return [];
    const metrics = (Object.keys(QUOTAS) as QuotaName[]).map((quota) =>
      quotaMetric(namePrefix, quota, quotas, "Utilization"),
    );
    return [{ title: "Quotas: percent used", metrics, period: DAY }];
  }

  private endpoints(): Graph[] {
    return Object.entries(this.props.watched.endpoints).map(([service, endpoint]) => ({
      title: `Endpoint ${service}: connections, resets, dropped packets`,
      metrics: (["NewConnections", "RstPacketsReceived", "PacketsDropped"] as const).map((one) =>
        endpointMetric(endpoint, one),
      ),
    }));
  }

  private databases(): Graph[] {
    return Object.entries(this.props.watched.clusters).flatMap(([database, { identifier }]) => [
      { title: `Database ${database}: CPU`, metrics: [clusterMetric(identifier, "CPUUtilization")] },
      {
        title: `Database ${database}: connections`,
        metrics: [clusterMetric(identifier, "DatabaseConnections")],
      },
    ]);
  }

  private network(): Graph[] {
    const { namePrefix, watched } = this.props;
    const metrics = [
      ...(watched.flowLogs ? [logMetric(namePrefix, "RejectedFlows")] : []),
      ...(watched.queryLogGroupName ? [logMetric(namePrefix, "BlockedNames")] : []),
    ];
    return metrics.length > 0 ? [{ title: "Network: rejected connections, blocked names", metrics }] : [];
  }

  private vault(): Graph[] {
    const { namePrefix, watched } = this.props;
    if (watched.vaultReaders.length === 0) return [];
    return [{ title: "Vault: failed logins and reads", metrics: [logMetric(namePrefix, "VaultFailures")] }];
  }

  private vaultServer(): Graph[] {
    const { vaultServer } = this.props.watched;
    if (!vaultServer) return [];
    const { cluster } = vaultServer;
    return [
      {
        title: "Vault server: nodes sealed, without a leader, not served",
        metrics: [
          nodeMetric(cluster, "Sealed"),
          nodeMetric(cluster, "NoLeader"),
          unhealthyNodes(vaultServer),
        ],
      },
      {
        title: "Vault server: data volume in percent, days until the certificate ends",
        metrics: [nodeMetric(cluster, "DataUsed"), nodeMetric(cluster, "CertificateDays")],
      },
      { title: "Vault server: age of the newest snapshot", metrics: [nodeMetric(cluster, "SnapshotAge")] },
    ];
  }

  private graph({ title, metrics, period = HOUR }: Graph) {
    return {
      type: "metric",
      properties: {
        title,
        region: this.props.region,
        view: "timeSeries",
        period,
        metrics: metrics.map(({ namespace, metricName, dimensions = {}, statistic }) => [
          namespace,
          metricName,
          ...Object.entries(dimensions).flat(),
          { stat: statistic },
        ]),
      },
    };
  }

  private lastRotations() {
    const { region, watched } = this.props;
    const sources = Object.values(watched.rotationFunctions).map(
      ({ name }) => `SOURCE '${functionLogGroupName(name)}'`,
    );
    if (sources.length === 0) return [];
    const query = [...sources, ...LAST_ROTATIONS].join(" | ");
    return [
      { type: "log", properties: { title: "Last rotation of each secret", region, view: "table", query } },
    ];
  }
}
