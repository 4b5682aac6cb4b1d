import { AwsError, type Json } from "./aws-protocol";

/** AWS's defaults (AWS General Reference, "Service endpoints and quotas"). */
const DEFAULTS: Readonly<Record<string, number>> = {
  "vpc/L-29B6F2EB": 50,
  "vpc/L-DF5E4CA3": 5_000,
  "lambda/L-9FEE3D26": 500,
  "lambda/L-B99A9384": 1_000,
};

/** Service Quotas as a reader of limits meets it; moto knows those of VPC only, and no defaults apart from them. */
export class ServiceQuotas {
  readonly #applied = new Map<string, number>();
  #denied = false;

  /** What the account was granted, by service and code, for example `vpc/L-29B6F2EB`. */
  grant(quota: string, value: number): void {
    this.#applied.set(quota, value);
  }

  /** Refuses every call from now on. */
  deny(): void {
    this.#denied = true;
  }

  /** Forgets what was granted and denied. */
  reset(): void {
    this.#applied.clear();
    this.#denied = false;
  }

  handle(operation: string, { ServiceCode, QuotaCode, DesiredValue }: Json): Json {
    if (this.#denied)
      throw new AwsError("AccessDeniedException", `not authorized to perform: servicequotas:${operation}`);
    const quota = `${ServiceCode}/${QuotaCode}`;
    const initial = DEFAULTS[quota];
    if (operation === "RequestServiceQuotaIncrease" && initial !== undefined)
      return { RequestedQuota: { ServiceCode, QuotaCode, DesiredValue, Status: "PENDING" } };
    const value = operation === "GetServiceQuota" ? this.#applied.get(quota) : initial;
    if (value !== undefined) return { Quota: { ServiceCode, QuotaCode, Value: value } };
    throw new AwsError(
      "NoSuchResourceException",
      "The request failed because the specified quota does not exist.",
    );
  }
}
