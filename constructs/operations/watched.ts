/** What an environment has deployed, as alarms, dashboard and queries need to know it. */
export interface Watched {
  /** The rotation function of each database with secrets in Secrets Manager, by the database's name. */
  readonly rotationFunctions: Readonly<Record<string, WatchedFunction>>;
  /** Aurora clusters whose identifier is known, by the database's name. */
  readonly clusters: Readonly<Record<string, WatchedCluster>>;
  /** Interface endpoints that the environment made, by what their names have after its prefix. */
  readonly endpoints: Readonly<Record<string, WatchedEndpoint>>;
  /** The flow logs of a VPC of the environment's own. @default - the VPC is adopted */
  readonly flowLogs?: WatchedFlowLogs;
  /** The functions that check credentials: by the database's name, theirs. */
  readonly healthChecks: Readonly<Record<string, string>>;
  /** @default - quotas are not monitored */
  readonly quotas?: WatchedQuotas;
  /** Functions that read from Vault: their names. */
  readonly vaultReaders: readonly string[];
  /** A Vault server that the environment made. @default - it has none, or one that was there already */
  readonly vaultServer?: WatchedVaultServer;
  /** Log group of a VPC's DNS queries. @default - there is no DNS firewall */
  readonly queryLogGroupName?: string;
}

export interface WatchedFunction {
  readonly name: string;
  readonly timeoutSeconds: number;
}

export interface WatchedQuotas {
  /** Name of the function that publishes them. */
  readonly monitor: string;
  readonly vpcId: string;
}

export interface WatchedCluster {
  readonly identifier: string;
  /** How many connections an instance takes. @default - not known */
  readonly maxConnections?: number;
}

export interface WatchedEndpoint {
  readonly id: string;
  readonly vpcId: string;
  readonly serviceName: string;
}

export interface WatchedVaultServer {
  /** Name under which its nodes tell metrics. */
  readonly cluster: string;
  /** Its load balancer as metrics name it: `net/…`. */
  readonly loadBalancer: string;
  /** The nodes' target group as metrics name it: `targetgroup/…`. */
  readonly targetGroup: string;
}

export interface WatchedFlowLogs {
  readonly logGroupName: string;
  /** IPv4 CIDR block of the VPC. */
  readonly cidr: string;
}

/** Log group of a Lambda function. */
export function functionLogGroupName(name: string): string {
  return `/aws/lambda/${name}`;
}
