import { accountsOf, attribute, type Plan, type ResourceChange } from "../plan/change";
import { same } from "../plan/values";
import type { Found, Rule } from "./rule";
import {
  CANNOT_TELL,
  dropped,
  guarded,
  guardsOf,
  isChanged,
  isWritten,
  letIn,
  lost,
  policyWidenings,
  shown,
  turnedOff,
} from "./support";

const ENDPOINT = "aws_vpc_endpoint";
/** Services of AWS; those of others have `vpce-svc-…` in their names. */
const OF_AWS = /^(com|cn\.com)\.amazonaws\.[a-z]{2}(-[a-z]+)+-\d\.(?!.*vpce-svc)[\w.-]+$/;

const GUARDS = guardsOf(
  [ENDPOINT],
  "high",
  ["private_dns_enabled", turnedOff, "functions no longer find it by its name"],
  ["security_group_ids", isChanged, "other security groups guard it"],
  // Without one, AWS's own lets everything through.
  ["policy", dropped, "its policy is removed: everything is let through"],
);

export const endpointWeakened: Rule = {
  id: "R07",
  title: "VPC endpoint weakened",
  resource: (change, plan) => [
    ...lost(change, [ENDPOINT], "high"),
    ...guarded(change, GUARDS).filter(({ what }) => !what.startsWith("policy cannot")),
    ...policy(change, plan),
    ...service(change),
  ],
};

function service(change: ResourceChange): Found[] {
  const { before, after } = attribute(change, "service_name");
  const isSet = isWritten(change) && !same(before, after);
  if (change.type !== ENDPOINT || !isSet || OF_AWS.test(String(after))) return [];
  return [{ severity: "high", what: `it leads to somebody's own service: ${shown(after)}` }];
}

function policy(change: ResourceChange, plan: Plan): Found[] {
  if (change.type !== ENDPOINT) return [];
  const found = policyWidenings(change, "policy");
  if (change.kind === "create" && found !== "cannot tell" && attribute(change, "policy").after === null)
    return [{ severity: "high", what: "it has no policy: everything is let through" }];
  if (found === "cannot tell")
    return [{ severity: change.kind === "create" ? "medium" : "high", what: CANNOT_TELL }];
  const news =
    change.kind === "create" ? letIn(found.after, accountsOf(plan)) : found.widenings.map(({ what }) => what);
  return news.map((what) => ({ severity: "high", what }));
}
