import type { Environment } from "../../constructs/environment";
import type { RecordedCall } from "../aws/api-calls";
import { role } from "./callers";
import type { AccessRequest } from "./decide";
import type { Deployed, DeployedFunction } from "./deployed";
import { byCodeOf, fromVpc, ofSecret } from "./needed/conditions";

type Asked = Pick<AccessRequest, "resource" | "context">;

/** What IAM is asked about a call of a function's code; undefined for a call of others. */
export function requestOf(
  call: RecordedCall,
  environment: Environment,
  deployed: Deployed,
): AccessRequest | undefined {
  const caller = deployed.functions.find(({ roleArn }) => roleArn === call.roleArn);
  if (!caller) return undefined;
  const { resource, context } = askedOf(call, deployed);
  return {
    by: role(deployed, caller.roleArn),
    action: `${call.service}:${call.action}`,
    resource,
    account: deployed.account,
    through: caller.isInVpc ? wayOf(call, deployed) : undefined,
    context: { ...context, ...byCodeOf(caller.name, deployed), ...placeOf(caller, environment, deployed) },
  };
}

function placeOf({ isInVpc }: DeployedFunction, environment: Environment, deployed: Deployed) {
  return isInVpc ? fromVpc(environment, deployed) : {};
}

/** Vault passes a function's login on, from where it is itself. */
function wayOf({ service }: RecordedCall, deployed: Deployed): AccessRequest["through"] {
  if (service === "sts") return deployed.endpoint("vault-server", "sts") ?? deployed.endpoint("vault", "sts");
  return deployed.endpoint("native", service);
}

function askedOf({ service, action, input }: RecordedCall, deployed: Deployed): Asked {
  if (service === "secretsmanager") {
    const secret = deployed.secret(String(input.SecretId));
    const { VersionId, VersionStage } = input as Readonly<Record<string, string | undefined>>;
    return {
      resource: secret.arn,
      context: {
        ...ofSecret(secret),
        ...(VersionId && { "secretsmanager:VersionId": VersionId }),
        ...(VersionStage && { "secretsmanager:VersionStage": VersionStage }),
      },
    };
  }
  if (action === "GetServiceQuota")
    return { resource: deployed.arn("servicequotas", `${input.ServiceCode}/${input.QuotaCode}`) };
  // None of these is about one resource.
  if (
    /^(ec2:Describe\w+|sts:GetCallerIdentity|servicequotas:GetAWSDefaultServiceQuota)$/.test(
      `${service}:${action}`,
    )
  )
    return { resource: "*" };
  throw new Error(
    `what ${service}:${action} is about is not known here: teach testbed/iam/recorded-calls.ts`,
  );
}
