import { NODE_NAMESPACE, type NodeMetricName, nodeDimensions } from "../../vault/server/node/metrics";
import type { Watched, WatchedVaultServer } from "../watched";
import type { Alarms, Metric } from "./alarms";

/** Of the node that is worst off. */
export function nodeMetric(
  cluster: string,
  metricName: NodeMetricName,
  statistic: Metric["statistic"] = metricName === "CertificateDays" ? "Minimum" : "Maximum",
): Metric {
  return { namespace: NODE_NAMESPACE, metricName, dimensions: nodeDimensions(cluster), statistic };
}

/** User Guide for Network Load Balancers, "CloudWatch metrics for your Network Load Balancer". */
export function unhealthyNodes({ loadBalancer, targetGroup }: WatchedVaultServer): Metric {
  const dimensions = { LoadBalancer: loadBalancer, TargetGroup: targetGroup };
  return { namespace: "AWS/NetworkELB", metricName: "UnHealthyHostCount", dimensions, statistic: "Maximum" };
}

const HOUR = 3_600;

/** A server that the environment made: what its nodes tell, and what the load balancer tells of one that is gone. */
export function watchVaultServer(alarms: Alarms, { vaultServer }: Watched): void {
  if (!vaultServer) return;
  const { cluster } = vaultServer;
  alarms.add("vaultSealed", {
    means: `A node of the Vault server ${cluster} is sealed or does not answer.`,
    metric: nodeMetric(cluster, "Sealed"),
    goesOff: "while 1",
  });
  alarms.add("vaultNoLeader", {
    means: `A node of the Vault server ${cluster} knows no leader: it answers nothing, and maybe no node does.`,
    metric: nodeMetric(cluster, "NoLeader"),
    goesOff: "while 1",
  });
  alarms.add("vaultNodesUnhealthy", {
    means: `Nodes of the Vault server ${cluster} are gone, sealed or not initialised: the load balancer omits them.`,
    metric: unhealthyNodes(vaultServer),
    periods: 3,
  });
  alarms.add("vaultSnapshotAge", {
    means: `The newest snapshot of the Vault server ${cluster} is too old: what was written since is nowhere else.`,
    metric: nodeMetric(cluster, "SnapshotAge"),
    threshold: (hours) => hours * HOUR,
  });
  alarms.add("vaultCertificateDays", {
    means: `The certificate of the Vault server ${cluster} ends soon, or a node did not load the new one.`,
    metric: nodeMetric(cluster, "CertificateDays"),
    goesOff: "below",
  });
  alarms.add("vaultDataUsed", {
    means: `A data volume of the Vault server ${cluster} is nearly full; once it is, every request is refused.`,
    metric: nodeMetric(cluster, "DataUsed"),
  });
  alarms.add("vaultSilent", {
    means: `No node of the Vault server ${cluster} tells how it is: nobody knows whether it is sealed.`,
    metric: nodeMetric(cluster, "Sealed", "SampleCount"),
    goesOff: "on silence",
  });
}
