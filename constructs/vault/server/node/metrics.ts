/** CloudWatch namespace of what nodes tell: of nothing else, since the nodes' role may publish there alone. */
export const NODE_NAMESPACE = "VaultServer";

/** What `files/metrics` tells every minute, with its unit. */
export const NODE_METRICS = {
  /** 1 if it is sealed or does not answer, else 0. */
  Sealed: "Count",
  /** 1 if it knows no leader, else 0. */
  NoLeader: "Count",
  /** By the leader alone. Without a snapshot it is older than any. */
  SnapshotAge: "Seconds",
  /** Days until the certificate that the node serves ends; 0 if it does not serve the one that it has. */
  CertificateDays: "None",
  /** Of the data volume. */
  DataUsed: "Percent",
} as const;

export type NodeMetricName = keyof typeof NODE_METRICS;

/** All nodes of a cluster tell it under the same dimension: a statistic is of all of them. */
export function nodeDimensions(cluster: string): Record<string, string> {
  return { Cluster: cluster };
}
