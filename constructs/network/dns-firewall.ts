import { Route53ResolverFirewallDomainList } from "@cdktf/provider-aws/lib/route53-resolver-firewall-domain-list";
import {
  Route53ResolverFirewallRule,
  type Route53ResolverFirewallRuleConfig,
} from "@cdktf/provider-aws/lib/route53-resolver-firewall-rule";
import { Route53ResolverFirewallRuleGroup } from "@cdktf/provider-aws/lib/route53-resolver-firewall-rule-group";
import { Route53ResolverFirewallRuleGroupAssociation } from "@cdktf/provider-aws/lib/route53-resolver-firewall-rule-group-association";
import { Route53ResolverQueryLogConfig } from "@cdktf/provider-aws/lib/route53-resolver-query-log-config";
import { Route53ResolverQueryLogConfigAssociation } from "@cdktf/provider-aws/lib/route53-resolver-query-log-config-association";
import { Construct } from "constructs";
import { logGroup } from "../storage/log-group";

export interface DnsFirewallProps {
  readonly name: string;
  readonly vpcId: string;
  /** Names that may be looked up; `*.` in front stands for all names below. */
  readonly allowedNames: readonly string[];
  /** Key that encrypts the log group. */
  readonly logsKeyArn: string;
  readonly logRetentionDays: number;
}

/** Log group of a VPC's queries. */
export function queryLogGroupName(name: string): string {
  return `/aws/route53resolver/${name}`;
}

/**
 * Lets a VPC look up some names only, and logs every query with what became of it. A VPC's resolver answers for names
 * of the internet also where no route leads there, so data could leave in the names that are asked for.
 */
export class DnsFirewall extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: DnsFirewallProps,
  ) {
    super(scope, id);
    const { name, vpcId, allowedNames } = props;
    const group = new Route53ResolverFirewallRuleGroup(this, "RuleGroup", { name });
    const allow = this.addRule(group, "allow", allowedNames, {
      action: "ALLOW",
      // What a name that may be asked for leads to is its owner's choice: a cluster's endpoint leads to an instance.
      firewallDomainRedirectionAction: "TRUST_REDIRECTION_DOMAIN",
      priority: 100,
    });
    const block = this.addRule(group, "block", ["*"], {
      action: "BLOCK",
      blockResponse: "NXDOMAIN",
      priority: 200,
    });
    new Route53ResolverFirewallRuleGroupAssociation(this, "Association", {
      name,
      vpcId,
      firewallRuleGroupId: group.id,
      // The lowest that there is: a group that somebody adds can only block more.
      priority: 101,
      // With the first rule alone nothing is blocked, with the second alone everything.
      dependsOn: [allow, block],
    });
    this.logQueries();
  }

  private addRule(
    group: Route53ResolverFirewallRuleGroup,
    verb: string,
    domains: readonly string[],
    rule: Pick<
      Route53ResolverFirewallRuleConfig,
      "action" | "blockResponse" | "firewallDomainRedirectionAction" | "priority"
    >,
  ): Route53ResolverFirewallRule {
    const name = `${this.props.name}-${verb}`;
    const list = new Route53ResolverFirewallDomainList(this, `Names-${verb}`, {
      name,
      // As AWS answers them: without the dot at its end, every plan would change every name.
      domains: domains.map((domain) => `${domain}.`),
    });
    return new Route53ResolverFirewallRule(this, `Rule-${verb}`, {
      ...rule,
      name,
      firewallRuleGroupId: group.id,
      firewallDomainListId: list.id,
    });
  }

  private logQueries(): void {
    const { name, vpcId } = this.props;
    const config = new Route53ResolverQueryLogConfig(this, "QueryLog", {
      name,
      destinationArn: logGroup(this, "LogGroup", queryLogGroupName(name), this.props).arn,
    });
    new Route53ResolverQueryLogConfigAssociation(this, "QueryLogAssociation", {
      resolverQueryLogConfigId: config.id,
      resourceId: vpcId,
    });
  }
}
