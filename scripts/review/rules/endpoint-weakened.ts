import { attribute, type ResourceChange } from "../plan/change";
import type { Found, Rule } from "./rule";
import { CANNOT_TELL, dropped, guarded, isChanged, lost, policyWidenings, turnedOff } from "./support";

const ENDPOINT = "aws_vpc_endpoint";

export const endpointWeakened: Rule = {
  id: "R07",
  title: "VPC endpoint weakened",
  condition:
    "a VPC endpoint is destroyed or replaced, its policy is removed or widened, its private names or security groups " +
    "change",
  severity: "high",
  why: "Without it no function reaches its secret and no rotation ends; with a wider policy data leaves through it.",
  resource: (change) => [
    ...lost(change, [ENDPOINT], "high"),
    ...guarded(change, [
      {
        types: [ENDPOINT],
        attribute: "private_dns_enabled",
        severity: "high",
        isWorse: turnedOff,
        what: "functions no longer find it by its name",
      },
      {
        types: [ENDPOINT],
        attribute: "security_group_ids",
        severity: "high",
        isWorse: isChanged,
        what: "other security groups guard it",
      },
      {
        types: [ENDPOINT],
        attribute: "policy",
        severity: "high",
        // Without one, AWS's own lets everything through.
        isWorse: dropped,
        what: "its policy is removed: everything is let through",
      },
    ]).filter(({ what }) => !what.startsWith("policy cannot")),
    ...policy(change),
  ],
};

function policy(change: ResourceChange): Found[] {
  if (change.type !== ENDPOINT) return [];
  const found = policyWidenings(change, "policy");
  if (change.kind === "create" && found !== "cannot tell" && attribute(change, "policy").after === null)
    return [{ severity: "high", what: "it has no policy: everything is let through" }];
  if (found === "cannot tell")
    return [{ severity: change.kind === "create" ? "medium" : "high", what: CANNOT_TELL }];
  const news = change.kind === "create" ? [] : found.widenings;
  return news.map(({ what }) => ({ severity: "high", what }));
}
