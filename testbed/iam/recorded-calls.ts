import type { Environment } from "../../constructs/environment";
import type { RecordedCall } from "../aws/api-calls";
import { askedOf } from "./asked";
import { role } from "./callers";
import type { AccessRequest } from "./decide";
import type { Deployed } from "./deployed";
import { byCodeOf, fromVpc } from "./needed/conditions";
import { nodeRoleArn } from "./needed/vault";

type Place = Pick<AccessRequest, "through" | "context">;

/** What IAM is asked about a call of a function's code or of a node of Vault; undefined for a call of others. */
export function requestOf(
  call: RecordedCall,
  environment: Environment,
  deployed: Deployed,
): AccessRequest | undefined {
  const { roleArn } = call;
  const place = roleArn && placeOf(roleArn, call, environment, deployed);
  if (!roleArn || !place) return undefined;
  const { resource, context } = askedOf(call, deployed);
  return {
    by: role(deployed, roleArn),
    action: `${call.service}:${call.action}`,
    resource,
    account: deployed.account,
    through: place.through,
    context: { ...context, ...place.context },
  };
}

function placeOf(
  roleArn: string,
  { service }: RecordedCall,
  environment: Environment,
  deployed: Deployed,
): Place | undefined {
  if (roleArn === nodeRoleArn(environment, deployed)) {
    const through = deployed.endpoint("vault-server", service === "cloudwatch" ? "monitoring" : service);
    return { through, context: fromVpc(environment, deployed) };
  }
  const caller = deployed.functions.find((one) => one.roleArn === roleArn);
  if (!caller) return undefined;
  const context = byCodeOf(caller.name, deployed);
  if (!caller.isInVpc) return { context };
  return { through: wayOf(service, deployed), context: { ...context, ...fromVpc(environment, deployed) } };
}

/** Vault passes a function's login on, from where it is itself. */
function wayOf(service: string, deployed: Deployed): Place["through"] {
  if (service === "sts") return deployed.endpoint("vault-server", "sts") ?? deployed.endpoint("vault", "sts");
  return deployed.endpoint("native", service);
}
