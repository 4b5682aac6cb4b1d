import {
  dimensionsOf as healthDimensions,
  type MetricName,
} from "../../../lambda/credential-health/contract/metrics";
import { NAMESPACE } from "../../../lambda/embedded-metrics/contract/namespace";
import {
  QUOTAS,
  type QuotaName,
  dimensionsOf as quotaDimensions,
} from "../../../lambda/quota-monitor/contract/metrics";
import type { Watched, WatchedQuotas } from "../watched";
import type { Alarms, Metric } from "./alarms";
import { functionMetric } from "./rotation-functions";

/** Both monitors run once a day at least. */
export const DAY = 86_400;

export function healthMetric(
  environment: string,
  database: string,
  metricName: MetricName,
  statistic: Metric["statistic"] = "Maximum",
): Metric {
  const dimensions = healthDimensions({ environment, database });
  return { namespace: NAMESPACE, metricName, dimensions, statistic };
}

export function quotaMetric(
  environment: string,
  quota: QuotaName,
  { vpcId }: WatchedQuotas,
  metricName: "Utilization" | "Usage" | "Limit",
  statistic: Metric["statistic"] = "Maximum",
): Metric {
  const dimensions = quotaDimensions(quota, { environment, vpcId });
  return { namespace: NAMESPACE, metricName, dimensions, statistic };
}

export function watchCredentials(alarms: Alarms, namePrefix: string, { healthChecks }: Watched): void {
  for (const [database, name] of Object.entries(healthChecks)) {
    const of = database;
    const log = `The log of ${name} says which, why, and what to do.`;
    const metric = (metricName: MetricName, statistic?: Metric["statistic"]) =>
      healthMetric(namePrefix, database, metricName, statistic);
    alarms.add("credentialsFailing", {
      of,
      means: `Secrets of the database ${database} give their readers no login that works. ${log}`,
      metric: metric("SecretsFailing"),
      periodSeconds: DAY,
    });
    alarms.add("rotationPending", {
      of,
      means: `Rotations in the database ${database} hang: AWSPENDING is older than a window. ${log}`,
      metric: metric("SecretsPending"),
      periodSeconds: DAY,
    });
    alarms.add("rotationOverdue", {
      of,
      means: `Secrets of the database ${database} were not rotated when their schedule says. ${log}`,
      metric: metric("SecretsOverdue"),
      periodSeconds: DAY,
    });
    alarms.add("certificateDays", {
      of,
      means: `The certificate of the database ${database} ends soon; then nobody can log in.`,
      metric: metric("CertificateDaysLeft", "Minimum"),
      periodSeconds: DAY,
      goesOff: "below",
    });
    alarms.add("authorityDays", {
      of,
      means: `The authority that signed the certificate of the database ${database} ends soon.`,
      metric: metric("AuthorityDaysLeft", "Minimum"),
      periodSeconds: DAY,
      goesOff: "below",
    });
    alarms.add("credentialHealthErrors", {
      of,
      means: `${name} failed: credentials of the database ${database} are not checked.`,
      metric: functionMetric(name, "Errors"),
    });
    alarms.add("credentialHealthSilent", {
      of,
      means: `${name} has not checked all secrets of the database ${database}: its schedule is off, or names others.`,
      metric: metric("CompleteCheck"),
      periodSeconds: DAY,
      goesOff: "on silence",
    });
  }
}

export function watchQuotas(alarms: Alarms, namePrefix: string, { quotas }: Watched): void {
  if (!quotas) return;
  for (const quota of Object.keys(QUOTAS) as QuotaName[])
    alarms.add("quotaUsage", {
      of: quota,
      means: `Little is left of the quota ${quota} (${QUOTAS[quota].quotaCode}).`,
      metric: quotaMetric(namePrefix, quota, quotas, "Utilization"),
      periodSeconds: DAY,
    });
  alarms.add("quotaMonitorErrors", {
    means: `${quotas.monitor} failed: a quota could not be read.`,
    metric: functionMetric(quotas.monitor, "Errors"),
  });
  alarms.add("quotaMonitorSilent", {
    means: `${quotas.monitor} has told nothing: quotas are not watched.`,
    metric: quotaMetric(namePrefix, "NetworkInterfaces", quotas, "Usage", "SampleCount"),
    periodSeconds: DAY,
    goesOff: "on silence",
  });
}
