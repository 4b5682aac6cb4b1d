import { gunzipSync } from "node:zlib";
import { blocksOf, serviceOf, type Values } from "../deployed/resources";
import { KIND, NODE_SERVICES, type Party, variablesOf } from "./parties";
import type { Reachability } from "./reachability";

/** What becomes of a query for a name. */
export interface Answer {
  readonly isBlocked: boolean;
  /** Whom the name leads to; nobody if there is no such name. */
  readonly parties: readonly Party[];
}

/** A name that a client asks for, and the service of AWS that has to be behind it. */
export interface Asked {
  readonly name: string;
  readonly service?: string;
}

/** What the VPC's resolver answers: its DNS firewall, private zones, private DNS of endpoints, and AWS's names. */
export class Names {
  readonly #region: string;
  readonly #domain: string;
  readonly #userData = new Map<Party, string>();

  constructor(private readonly network: Reachability) {
    this.#region = network.deployment.region;
    this.#domain = this.#region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  }

  /** Host name at which everybody finds a service of AWS. */
  usual(service: string): string {
    return `${service}.${this.#region}.${this.#domain}`;
  }

  ask(name: string, vpc: string): Answer {
    const isOn = this.network.valuesOf("aws_vpc").find(({ id }) => id === vpc)?.enable_dns_support !== false;
    if (!isOn || this.isBlocked(name, vpc)) return { isBlocked: true, parties: [] };
    return { isBlocked: false, parties: this.#parties(name, vpc) };
  }

  /** Patterns that the VPC's firewall lets through; undefined if it has none. */
  allowed(vpc: string): readonly string[] | undefined {
    const rules = this.#firewallRules(vpc);
    return rules?.filter(({ action }) => action === "ALLOW").flatMap(({ patterns }) => patterns);
  }

  /** The first rule that knows the name decides (Route 53 Developer Guide, "DNS Firewall rule actions"). */
  isBlocked(name: string, vpc: string): boolean {
    const deciding = this.#firewallRules(vpc)?.find(({ patterns }) =>
      patterns.some((one) => matches(one, name)),
    );
    return deciding?.action === "BLOCK";
  }

  /** By which names a client asks for servers of a kind; none if it has their addresses, or never asks. */
  askedFor(client: Party, server: Party): readonly Asked[] {
    const variables = variablesOf(client.values);
    const { outputs } = this.network.deployment;
    switch (server.kind) {
      case KIND.databases:
        return [{ name: server.values.endpoint }];
      case KIND.secretsManager: {
        const name = hostOf(variables.AWS_ENDPOINT_URL_SECRETS_MANAGER) ?? this.usual("secretsmanager");
        return [{ name, service: "secretsmanager" }];
      }
      case KIND.balancer:
      case KIND.yourVault:
        return named(hostOf(variables.VLE_VAULT_ADDR ?? outputs.vault_server?.address));
      case KIND.sts:
        return named(hostOf(this.network.valuesOf("vault_aws_auth_backend_client")[0]?.sts_endpoint), "sts");
      case KIND.nodeEndpoints:
        return NODE_SERVICES.map((service) => ({ name: this.#askedByNode(client, service), service }));
      case KIND.s3:
        return client.kind === KIND.nodes ? [{ name: `${outputs.vault_bucket}.${this.usual("s3")}` }] : [];
      default:
        return [];
    }
  }

  #askedByNode(client: Party, service: string): string {
    if (service === "sts") return hostOf(this.network.deployment.outputs.vault_server.sts_url) ?? "";
    const variable = service === "secretsmanager" ? "AWS_ENDPOINT_URL_SECRETS_MANAGER" : undefined;
    const url =
      variable && new RegExp(`${variable}=(https://[^\\s\\\\]+)`).exec(this.#userDataOf(client))?.[1];
    return hostOf(url) ?? this.usual(service);
  }

  #userDataOf(node: Party): string {
    const known =
      this.#userData.get(node) ?? gunzipSync(Buffer.from(node.values.user_data_base64, "base64")).toString();
    this.#userData.set(node, known);
    return known;
  }

  #parties(name: string, vpc: string): readonly Party[] {
    const { parties } = this.network;
    const zone = this.network
      .valuesOf("aws_route53_zone")
      .find(
        (one) =>
          blocksOf(one, "vpc").some(({ vpc_id }) => vpc_id === vpc) &&
          (one.name === name || name.endsWith(`.${one.name}`)),
      );
    if (zone) return this.#inZone(zone, name);
    const named = parties.filter((party) => this.#namesOf(party, vpc).includes(name));
    if (named.length > 0) return named;
    const s3 = parties.filter(({ kind }) => kind === KIND.s3);
    if (s3.length > 0 && name.endsWith(`.${this.usual("s3")}`)) return s3;
    return parties.filter(({ kind }) => kind === KIND.internet);
  }

  #inZone(zone: Values, name: string): readonly Party[] {
    const records = this.network
      .valuesOf("aws_route53_record")
      .filter((record) => record.zone_id === zone.zone_id && record.name === name);
    const aliases = records.flatMap((record) => blocksOf(record, "alias").map((alias) => alias.name));
    return this.network.parties.filter(({ values }) => values.dns_name && aliases.includes(values.dns_name));
  }

  #namesOf({ kind, values, places }: Party, vpc: string): readonly string[] {
    if (kind === KIND.databases) return [values.endpoint];
    if (values.vpc_endpoint_type !== "Interface") return [];
    const own = blocksOf(values, "dns_entry").map(({ dns_name }) => dns_name);
    const isUsual =
      values.private_dns_enabled && places.some((place) => place.vpc === vpc) && this.#hasHosts(vpc);
    return isUsual ? [...own, this.usual(serviceOf(values))] : own;
  }

  /** AWS PrivateLink Guide, "Private DNS": the VPC has to have host names, too. */
  #hasHosts(vpc: string): boolean {
    return this.network.valuesOf("aws_vpc").find(({ id }) => id === vpc)?.enable_dns_hostnames === true;
  }

  #firewallRules(vpc: string) {
    const associations = this.network
      .valuesOf("aws_route53_resolver_firewall_rule_group_association")
      .filter(({ vpc_id }) => vpc_id === vpc)
      .sort((a, b) => a.priority - b.priority);
    if (associations.length === 0) return undefined;
    const lists = this.network.valuesOf("aws_route53_resolver_firewall_domain_list");
    return associations.flatMap((association) =>
      this.network
        .valuesOf("aws_route53_resolver_firewall_rule")
        .filter((rule) => rule.firewall_rule_group_id === association.firewall_rule_group_id)
        .sort((a, b) => a.priority - b.priority)
        .map((rule) => ({
          action: rule.action as string,
          patterns: (lists.find(({ id }) => id === rule.firewall_domain_list_id)?.domains ?? []) as string[],
        })),
    );
  }
}

function matches(pattern: string, name: string): boolean {
  const wanted = pattern.replace(/\.$/, "");
  if (wanted === "*") return true;
  return wanted.startsWith("*.") ? name.endsWith(wanted.slice(1)) : name === wanted;
}

function named(name: string | undefined, service?: string): readonly Asked[] {
  return name ? [{ name, service }] : [];
}

function hostOf(url: string | undefined): string | undefined {
  return url && new URL(url).hostname;
}
