import { randomBytes } from "node:crypto";
import { AwsError, type Json } from "./aws-protocol";

interface Kind {
  readonly make: string;
  readonly remove: string;
  /** First part of its ids. */
  readonly id: string;
  /** What it answers once it is ready. */
  readonly status: string;
}

/** What Route 53 Resolver makes: each is read with `Get<kind>` and `<kind>Id`. */
const KINDS: Readonly<Record<string, Kind>> = {
  FirewallDomainList: {
    make: "CreateFirewallDomainList",
    remove: "DeleteFirewallDomainList",
    id: "rslvr-fdl",
    status: "COMPLETE",
  },
  FirewallRuleGroup: {
    make: "CreateFirewallRuleGroup",
    remove: "DeleteFirewallRuleGroup",
    id: "rslvr-frg",
    status: "COMPLETE",
  },
  FirewallRuleGroupAssociation: {
    make: "AssociateFirewallRuleGroup",
    remove: "DisassociateFirewallRuleGroup",
    id: "rslvr-frgassoc",
    status: "COMPLETE",
  },
  ResolverQueryLogConfig: {
    make: "CreateResolverQueryLogConfig",
    remove: "DeleteResolverQueryLogConfig",
    id: "rqlc",
    status: "CREATED",
  },
  ResolverQueryLogConfigAssociation: {
    make: "AssociateResolverQueryLogConfig",
    remove: "DisassociateResolverQueryLogConfig",
    id: "rqlca",
    status: "ACTIVE",
  },
};

/**
 * DNS Firewall and query logs of Route 53 Resolver, as Terraform meets them: moto has no firewall, and cannot take a
 * query log away again. No query is answered here.
 */
export class DnsResolver {
  readonly #things = new Map<string, Json>();
  readonly #domains = new Map<string, readonly string[]>();
  readonly #rules = new Map<string, readonly Json[]>();

  handle(operation: string, input: Json): Json {
    for (const [name, kind] of Object.entries(KINDS)) {
      if (operation === kind.make) return { [name]: this.#make(kind, input) };
      if (operation === `Get${name}`) return { [name]: this.#known(String(input[`${name}Id`])) };
      if (operation === kind.remove) return { [name]: this.#remove(this.#idOf(name, input)) };
    }
    const played = this.#operations[operation];
    if (!played) throw new AwsError("UnknownOperationException", `${operation} is not played here`, 501);
    return played(input);
  }

  readonly #operations: Readonly<Record<string, (input: Json) => Json>> = {
    UpdateFirewallDomains: (input) => {
      const id = String(input.FirewallDomainListId);
      const { Status, Name } = this.#known(id);
      const before = this.#domains.get(id) ?? [];
      const named = (input.Domains as readonly string[]).map((name) => name.replace(/\.?$/, "."));
      const kept = input.Operation === "ADD" ? before : [];
      const rest = before.filter((domain) => !named.includes(domain));
      this.#domains.set(id, input.Operation === "REMOVE" ? rest : [...new Set([...kept, ...named])]);
      return { Id: id, Name, Status };
    },
    ListFirewallDomains: ({ FirewallDomainListId: id }) => ({ Domains: this.#domains.get(String(id)) ?? [] }),
    CreateFirewallRule: (input) => {
      const group = String(this.#known(String(input.FirewallRuleGroupId)).Id);
      this.#rules.set(group, [...(this.#rules.get(group) ?? []), input]);
      return { FirewallRule: input };
    },
    ListFirewallRules: ({ FirewallRuleGroupId: id }) => ({
      FirewallRules: this.#rules.get(String(id)) ?? [],
    }),
    DeleteFirewallRule: (input) => {
      const group = String(input.FirewallRuleGroupId);
      const rules = this.#rules.get(group) ?? [];
      const isMeant = (rule: Json) => rule.FirewallDomainListId === input.FirewallDomainListId;
      this.#rules.set(
        group,
        rules.filter((rule) => !isMeant(rule)),
      );
      return { FirewallRule: rules.find(isMeant) };
    },
    ListTagsForResource: ({ ResourceArn: arn }) => {
      const thing = [...this.#things.values()].find(({ Arn }) => Arn === arn);
      return { Tags: thing?.Tags ?? [] };
    },
  };

  #make({ id: prefix, status }: Kind, input: Json): Json {
    const id = `${prefix}-${randomBytes(8).toString("hex")}`;
    const arn = `arn:aws:route53resolver:ap-northeast-2:123456789012:${prefix}/${id}`;
    const thing = { ...input, Id: id, Arn: arn, Status: status };
    this.#things.set(id, thing);
    return thing;
  }

  #known(id: string): Json {
    const thing = this.#things.get(id);
    if (!thing) throw new AwsError("ResourceNotFoundException", `there is no ${id}`);
    return thing;
  }

  /** The association of a query log is removed by what it associates. */
  #idOf(name: string, input: Json): string {
    if (name !== "ResolverQueryLogConfigAssociation") return String(input[`${name}Id`]);
    const found = [...this.#things.values()].find(
      (thing) =>
        thing.ResourceId === input.ResourceId &&
        thing.ResolverQueryLogConfigId === input.ResolverQueryLogConfigId,
    );
    return String(found?.Id);
  }

  #remove(id: string): Json {
    const thing = this.#known(id);
    this.#things.delete(id);
    return thing;
  }
}
