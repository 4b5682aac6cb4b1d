import type { CertificateEnds } from "../rotation/engines/certificates";
import { checkSecret, type HealthPorts, type SecretHealth } from "./check-secret";
import type { Finding } from "./contract/event";
import type { MetricName } from "./contract/metrics";

/** Logins at the same time: the database has others to serve. */
export const CONNECTIONS = 10;

const DAY = 24 * 3_600_000;

/** RDS renews a server's certificate by itself, long before; an authority's somebody has to change. */
const WARN_DAYS = 30;

export interface DatabaseHealth {
  readonly findings: readonly Finding[];
  /** All that the secrets and the server tell. */
  readonly metrics: Readonly<Partial<Record<Exclude<MetricName, "CompleteCheck">, number>>>;
}

/** Checks the secrets of one database. */
export async function checkDatabase(secrets: readonly string[], ports: HealthPorts): Promise<DatabaseHealth> {
  const health: SecretHealth[] = [];
  const queue = secrets.entries();
  const work = async () => {
    for (const [index, secret] of queue) health[index] = await checkSecret(secret, ports);
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, work));

  const certificate = certificateHealth(
    health.flatMap(({ certificateEnds }) => certificateEnds ?? []),
    ports.now(),
  );
  const findings = health.flatMap((one) => one.findings);
  const ages = health.flatMap(({ daysSinceRotation }) => daysSinceRotation ?? []);
  return {
    findings: [...findings, ...certificate.findings],
    metrics: {
      SecretsFailing: count(findings, "login"),
      ...(ports.metadata && {
        SecretsPending: count(findings, "pending"),
        SecretsOverdue: count(findings, "schedule"),
      }),
      ...(ages.length > 0 && { OldestRotationDays: Math.max(...ages) }),
      ...certificate.metrics,
    },
  };
}

/** A secret that cannot be read in two places is one. */
function count(findings: readonly Finding[], check: Finding["check"]): number {
  return new Set(findings.filter((one) => one.check === check).map(({ secret }) => secret)).size;
}

function certificateHealth(ends: readonly CertificateEnds[], now: number): DatabaseHealth {
  if (ends.length === 0) return { findings: [], metrics: {} };
  const daysLeft = (of: keyof CertificateEnds) =>
    Math.floor((Math.min(...ends.map((one) => one[of].getTime())) - now) / DAY);
  const [server, authority] = [daysLeft("server"), daysLeft("authority")];
  const finding = (what: string, days: number, remedy: string): Finding[] =>
    days >= WARN_DAYS
      ? []
      : [
          {
            secret: "all of the database",
            check: "certificate",
            message: `The ${what} ends in ${days} days, and from then on no function can connect. ${remedy}`,
          },
        ];
  return {
    findings: [
      ...finding(
        "server's certificate",
        server,
        "Renew it (RDS: aws rds modify-db-instance --ca-certificate-identifier, or restart the instance).",
      ),
      ...finding(
        "certificate of the server's authority",
        authority,
        "Have functions trust the new one first (certificateAuthorityFile; for RDS a new release of this package), " +
          "then change the server's.",
      ),
    ],
    metrics: { CertificateDaysLeft: server, AuthorityDaysLeft: authority },
  };
}
