import { attribute, type ResourceChange } from "../plan/change";
import type { Found, Rule } from "./rule";
import { exchanged, grown, guarded, isOf, isWritten, list, removed } from "./support";

const RULE = "aws_route53_resolver_firewall_rule";
const NAMES = "aws_route53_resolver_firewall_domain_list";
const PARTS = /^aws_route53_resolver_firewall_(rule|rule_group|rule_group_association|config)$/;

export const dnsFirewallWeakened: Rule = {
  id: "R20",
  title: "DNS firewall off or weakened",
  resource: (change) => [
    ...removed(change, PARTS, "block"),
    ...guarded(change, [
      {
        types: [RULE],
        attribute: "action",
        severity: "block",
        isWorse: (before, after) => before === "BLOCK" && after !== "BLOCK",
        what: "a rule that blocked does not block any more",
      },
      {
        types: [RULE],
        attribute: "priority",
        severity: "high",
        isWorse: exchanged,
        what: "rules are tried in another order",
      },
      {
        types: ["aws_route53_resolver_firewall_config"],
        attribute: "firewall_fail_open",
        severity: "high",
        isWorse: (_, after) => after === "ENABLED",
        what: "names are answered while the firewall does not work",
      },
    ]),
    ...names(change),
  ],
};

/** Whether a list is one of allowed or of blocked names is not in its plan: more names and fewer are both shown. */
function names(change: ResourceChange): Found[] {
  if (!isOf(change.type, [NAMES]) || change.kind === "create" || !isWritten(change)) return [];
  const { before, after } = attribute(change, "domains");
  const hadAll = list(before).some(isEverything);
  if (list(after).some(isEverything) !== hadAll)
    return [{ severity: "block", what: "it is about every name, or was" }];
  return guarded(change, [
    {
      types: [NAMES],
      attribute: "domains",
      severity: "high",
      isWorse: grown,
      what: "more names are in the list",
    },
  ]);
}

function isEverything(name: unknown): boolean {
  return name === "*" || name === "*.";
}
