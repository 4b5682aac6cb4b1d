import { attribute, type ResourceChange } from "../plan/change";
import type { Found, Rule } from "./rule";
import { exchanged, grown, guarded, guardsOf, isOf, isWritten, list, removed } from "./support";

const RULE = "aws_route53_resolver_firewall_rule";
const NAMES = "aws_route53_resolver_firewall_domain_list";
const PARTS = /^aws_route53_resolver_firewall_(rule|rule_group|rule_group_association|config)$/;

export const dnsFirewallWeakened: Rule = {
  id: "R20",
  title: "DNS firewall off or weakened",
  resource: (change) => [
    ...removed(change, PARTS, "block"),
    ...guarded(change, [
      ...guardsOf([RULE], "block", [
        "action",
        (before, after) => before === "BLOCK" && after !== "BLOCK",
        "a rule that blocked does not block any more",
      ]),
      ...guardsOf([RULE], "high", ["priority", exchanged, "rules are tried in another order"]),
      ...guardsOf(["aws_route53_resolver_firewall_config"], "high", [
        "firewall_fail_open",
        (_, after) => after === "ENABLED",
        "names are answered while the firewall does not work",
      ]),
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
  return guarded(change, guardsOf([NAMES], "high", ["domains", grown, "more names are in the list"]));
}

function isEverything(name: unknown): boolean {
  return name === "*" || name === "*.";
}
