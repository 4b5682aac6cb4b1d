import type { Unit } from "../../embedded-metrics";
import { ENVIRONMENT } from "../../embedded-metrics/contract/namespace";

/**
 * What the monitor watches, by the value of the dimension `Quota`: service and code of Service Quotas, and whether the
 * quota is of each VPC or of the Region.
 */
export const QUOTAS = {
  /** Of interface and Gateway Load Balancer endpoints together (Amazon VPC User Guide, "AWS PrivateLink quotas"). */
  InterfaceEndpoints: { serviceCode: "vpc", quotaCode: "L-29B6F2EB", of: "vpc" },
  NetworkInterfaces: { serviceCode: "vpc", quotaCode: "L-DF5E4CA3", of: "region" },
  /** Of Lambda's "Hyperplane ENIs" (AWS Lambda Developer Guide, "Lambda quotas"). */
  LambdaNetworkInterfaces: { serviceCode: "lambda", quotaCode: "L-9FEE3D26", of: "vpc" },
} as const;

export type QuotaName = keyof typeof QUOTAS;

/** Metrics of each quota, with their units. */
export const UNITS = { Usage: "Count", Limit: "Count", Utilization: "Percent" } as const satisfies Record<
  string,
  Unit
>;

/** The dimensions of a quota's metrics; `VpcId` is not one of those that are of the Region. */
export function dimensionsOf(
  quota: QuotaName,
  { environment, vpcId }: { readonly environment: string; readonly vpcId: string },
): Record<string, string> {
  return { [ENVIRONMENT]: environment, Quota: quota, ...(QUOTAS[quota].of === "vpc" && { VpcId: vpcId }) };
}
