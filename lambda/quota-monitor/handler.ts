import { EC2Client } from "@aws-sdk/client-ec2";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { embeddedMetrics, writeLine } from "../embedded-metrics";
import { dimensionsOf, QUOTAS, type QuotaName, UNITS } from "./contract/metrics";
import { readWatched, type Watched } from "./contract/variables";
import { readLimit } from "./limit";
import { countEndpoints, countInterfaces } from "./usage";

/** How much of a quota is used. */
export interface Usage {
  readonly quota: QuotaName;
  readonly usage: number;
  readonly limit: number;
}

const ec2 = new EC2Client({});
const serviceQuotas = new ServiceQuotasClient({});

/**
 * Publishes usage, limit and utilization of each quota.
 *
 * @throws Error once all that can be read is published, if something cannot: it says what, and who is to allow it.
 */
export async function handler(): Promise<readonly Usage[]> {
  const watched = readWatched(process.env);
  const interfaces = countInterfaces(ec2, watched.vpcId);
  const counts: Readonly<Record<QuotaName, Promise<number>>> = {
    InterfaceEndpoints: countEndpoints(ec2, watched.vpcId),
    NetworkInterfaces: interfaces.then(({ ofRegion }) => ofRegion),
    LambdaNetworkInterfaces: interfaces.then(({ ofLambda }) => ofLambda),
  };
  const results = await Promise.allSettled(
    (Object.keys(QUOTAS) as QuotaName[]).map(async (quota) => {
      const [usage, limit] = await Promise.all([counts[quota], readLimit(serviceQuotas, QUOTAS[quota])]);
      return { quota, usage, limit };
    }),
  );
  const usages = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  for (const usage of usages) publish(watched, usage);
  const problems = results.flatMap((result) =>
    result.status === "rejected" ? [describe(result.reason)] : [],
  );
  if (problems.length > 0) throw new Error([...new Set(problems)].join(" "));
  return usages;
}

function publish({ environment, vpcId }: Watched, { quota, usage, limit }: Usage): void {
  writeLine(
    embeddedMetrics({
      dimensions: dimensionsOf(quota, { environment, vpcId }),
      values: { Usage: usage, Limit: limit, Utilization: (100 * usage) / limit },
      units: UNITS,
    }),
  );
}

/** The names that AWS's APIs have for a refusal. */
const DENIED = /^(AccessDenied(Exception)?|UnauthorizedOperation)$/;

function describe(error: Error): string {
  const remedy = DENIED.test(error.name)
    ? "Allow it to the function's role; the construct QuotaMonitor does, so look for a deny (SCP, boundary)."
    : "If it recurs, look the error up by its name.";
  return `A quota or its usage could not be read [${error.name}]: ${error.message}. ${remedy}`;
}
