import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  NoSuchResourceException,
  type ServiceQuotasClient,
} from "@aws-sdk/client-service-quotas";

export interface Quota {
  readonly serviceCode: string;
  readonly quotaCode: string;
}

/** The account's limit; AWS's default where the account never had another one. */
export async function readLimit(
  client: ServiceQuotasClient,
  { serviceCode, quotaCode }: Quota,
): Promise<number> {
  const input = { ServiceCode: serviceCode, QuotaCode: quotaCode };
  const applied = await client.send(new GetServiceQuotaCommand(input)).catch((error) => {
    if (error instanceof NoSuchResourceException) return undefined;
    throw error;
  });
  const { Quota } = applied ?? (await client.send(new GetAWSDefaultServiceQuotaCommand(input)));
  if (Quota?.Value) return Quota.Value;
  throw new Error(`Service Quotas gave no value for ${serviceCode}/${quotaCode}`);
}
