import {
  addressOfResource,
  blocksOf,
  type Deployment,
  type Resource,
  type Values,
} from "../../../testbed/deployed/resources";

/** A network with one fault. */
export interface Mutant {
  readonly title: string;
  readonly deployment: Deployment;
}

type Change = (values: Values) => Values;

/** Faults of a kind: what each changes in a resource of that type, by what it is called. */
type Faults = Readonly<Record<string, (values: Values) => Change | readonly Change[]>>;

const EVERYBODY = "0.0.0.0/0";
const set =
  (changes: Values): Change =>
  (values) => ({ ...values, ...changes });

/** Every fault of the tables below, at every resource that can have it. */
export function mutants(deployment: Deployment): readonly Mutant[] {
  const groups = deployment.resources
    .filter(({ type }) => type === "aws_security_group")
    .map(({ values }) => values.id);
  const hasPrivateDns = deployment.resources.some(({ values }) => values.private_dns_enabled === true);
  const faults = faultsOf(groups, hasPrivateDns);
  const own = deployment.resources.filter(({ environment }) => environment);
  const changed = own.flatMap((resource) =>
    Object.entries(faults[resource.type] ?? {}).flatMap(([what, changes]) =>
      [changes(resource.values)].flat().map((change, index) => ({
        title: `${addressOfResource(resource)}: ${what}${index > 0 ? ` ${index + 1}` : ""}`,
        deployment: withResource(deployment, resource, { ...resource, values: change(resource.values) }),
      })),
    ),
  );
  const removed = own
    .filter(({ type }) => NEEDED.test(type))
    .map((resource) => ({
      title: `${addressOfResource(resource)}: removed`,
      deployment: withResource(deployment, resource),
    }));
  const added = additions(deployment).map(({ title, resources }) => ({
    title,
    deployment: { ...deployment, resources: [...deployment.resources, ...resources] },
  }));
  return [...changed, ...removed, ...added];
}

const NEEDED = new RegExp(
  "^aws_(vpc_security_group_(in|e)gress_rule|lb_listener|lb_target_group_attachment|route53_record|" +
    "route53_resolver_firewall_(rule|rule_group_association))$",
);

function faultsOf(groups: readonly string[], hasPrivateDns: boolean): Readonly<Record<string, Faults>> {
  const otherThan = (own: readonly string[]) => groups.filter((group) => !own.includes(group));
  const rule: Faults = {
    "all ports": () => set({ from_port: 0, to_port: 65_535 }),
    "two ports more": ({ to_port }) => set({ to_port: to_port + 2 }),
    "another port": ({ to_port }) => set({ from_port: to_port + 1, to_port: to_port + 1 }),
    "all protocols": () => set({ ip_protocol: "-1", from_port: undefined, to_port: undefined }),
    UDP: () => set({ ip_protocol: "udp" }),
    everybody: () =>
      set({ referenced_security_group_id: undefined, prefix_list_id: undefined, cidr_ipv4: EVERYBODY }),
    "everybody by IPv6": () =>
      set({
        referenced_security_group_id: undefined,
        prefix_list_id: undefined,
        cidr_ipv4: undefined,
        cidr_ipv6: "::/0",
      }),
    "another peer": ({ referenced_security_group_id: own }) =>
      own ? otherThan([own]).map((group) => set({ referenced_security_group_id: group })) : [],
    "another group": ({ security_group_id: own }) =>
      otherThan([own]).map((group) => set({ security_group_id: group })),
  };
  const groupsIn = (name: string): Faults => ({
    "another group": (values) => otherThan(values[name]).map((group) => set({ [name]: [group] })),
    "one group more": (values) =>
      otherThan(values[name]).map((group) => set({ [name]: [...values[name], group] })),
  });
  return {
    aws_vpc_security_group_egress_rule: rule,
    aws_vpc_security_group_ingress_rule: rule,
    aws_vpc_endpoint: {
      ...Object.fromEntries(
        Object.entries(groupsIn("security_group_ids")).map(([what, changes]) => [
          what,
          (values: Values) => (values.security_group_ids ? changes(values) : []),
        ]),
      ),
      "no private DNS": ({ private_dns_enabled: on }) => (on ? set({ private_dns_enabled: false }) : []),
      "no route tables": ({ route_table_ids }) => (route_table_ids ? set({ route_table_ids: [] }) : []),
      "another service": ({ vpc_endpoint_type, service_name }) =>
        vpc_endpoint_type === "Interface" ? set({ service_name: `${service_name}x` }) : [],
    },
    aws_lambda_function: {
      "outside the VPC": ({ vpc_config }) =>
        blocksOf({ vpc_config }, "vpc_config").length > 0 ? set({ vpc_config: undefined }) : [],
      "one group more": ({ vpc_config }) =>
        blocksOf({ vpc_config }, "vpc_config").flatMap((block) =>
          otherThan(block.security_group_ids).map((group) =>
            set({ vpc_config: { ...block, security_group_ids: [...block.security_group_ids, group] } }),
          ),
        ),
    },
    aws_network_interface: groupsIn("security_groups"),
    aws_rds_cluster: { ...groupsIn("vpc_security_group_ids"), "another port": () => set({ port: 1 }) },
    aws_rds_cluster_instance: { "a public address": () => set({ publicly_accessible: true }) },
    aws_subnet: { "public addresses": () => set({ map_public_ip_on_launch: true }) },
    aws_vpc: {
      "no DNS": () => set({ enable_dns_support: false }),
      ...(hasPrivateDns && { "no host names": () => set({ enable_dns_hostnames: false }) }),
    },
    aws_lb: { ...groupsIn("security_groups"), "reached from the internet": () => set({ internal: false }) },
    aws_lb_listener: { "another port": () => set({ port: 443 }), UDP: () => set({ protocol: "UDP" }) },
    aws_lb_target_group: {
      "hides the client": () => set({ preserve_client_ip: "false" }),
      "another port is asked": () => set({ health_check: { port: "9000" } }),
    },
    aws_lb_target_group_attachment: { "another port": () => set({ port: 443 }) },
    aws_route53_zone: {
      "of no VPC": () => set({ vpc: [] }),
      "another name": () => set({ name: "other.internal" }),
    },
    aws_route53_record: { "another name": () => set({ name: "other.internal" }) },
    aws_route53_resolver_firewall_domain_list: {
      "one name less": ({ domains }) =>
        domains.map((name: string) => set({ domains: without(domains, name) })),
      "one name more": ({ domains }) =>
        domains.includes("*.") ? [] : set({ domains: [...domains, "*.example.net."] }),
    },
    aws_route53_resolver_firewall_rule: {
      "the other action": ({ action }) => set({ action: action === "ALLOW" ? "BLOCK" : "ALLOW" }),
      "the other order": ({ priority }) => set({ priority: 300 - priority + (priority > 150 ? -50 : 50) }),
    },
    aws_security_group: inline,
    aws_default_security_group: inline,
    aws_route_table: {
      "a route to the internet": () => set({ route: [{ cidr_block: EVERYBODY, gateway_id: "igw-1" }] }),
      "a route to a peering": () =>
        set({ route: [{ cidr_block: "10.0.0.0/8", vpc_peering_connection_id: "pcx-1" }] }),
    },
  };
}

const inline: Faults = {
  "lets everybody in": () =>
    set({ ingress: [{ protocol: "tcp", from_port: 22, to_port: 22, cidr_blocks: [EVERYBODY] }] }),
  "lets itself in": () => set({ ingress: [{ protocol: "-1", from_port: 0, to_port: 0, self: true }] }),
  "lets everybody out": () =>
    set({ egress: [{ protocol: "-1", from_port: 0, to_port: 0, cidr_blocks: [EVERYBODY] }] }),
};

/** Ways that somebody opens beside what is there. */
function additions({ resources }: Deployment): readonly { title: string; resources: readonly Resource[] }[] {
  const of = (type: string) => resources.filter((one) => one.type === type).map(({ values }) => values);
  const [vpc] = of("aws_vpc");
  const subnets = of("aws_subnet");
  const gateway = added("aws_internet_gateway", { id: "igw-2", vpc_id: vpc?.id });
  const acl = (subnet: Values, entries: Values) =>
    added("aws_network_acl", { id: "acl-1", subnet_ids: [subnet.id], ingress: ALL, egress: ALL, ...entries });
  return [
    ...of("aws_route_table").flatMap(({ id }) => [
      {
        title: `${id}: a route to an internet gateway`,
        resources: [
          gateway,
          added("aws_route", { route_table_id: id, destination_cidr_block: EVERYBODY, gateway_id: "igw-2" }),
        ],
      },
      {
        title: `${id}: a route to a NAT gateway`,
        resources: [
          gateway,
          added("aws_nat_gateway", { id: "nat-1", subnet_id: subnets[0]?.id }),
          added("aws_route", {
            route_table_id: id,
            destination_cidr_block: EVERYBODY,
            nat_gateway_id: "nat-1",
          }),
          added("aws_route", {
            route_table_id: id,
            destination_cidr_block: "0.0.0.0/1",
            gateway_id: "igw-2",
          }),
        ],
      },
    ]),
    ...subnets.flatMap((subnet) => [
      { title: `${subnet.id}: an ACL that lets nothing in`, resources: [acl(subnet, { ingress: [] })] },
      { title: `${subnet.id}: an ACL that lets nothing out`, resources: [acl(subnet, { egress: [] })] },
      {
        title: `${subnet.id}: an ACL that lets no answers in`,
        resources: [acl(subnet, { ingress: [{ ...DENIED, from_port: 32_768, to_port: 65_535 }, ...ALL] })],
      },
      {
        title: `${subnet.id}: an ACL that lets no TCP out`,
        resources: [acl(subnet, { egress: [{ ...DENIED, from_port: 0, to_port: 65_535 }, ...ALL] })],
      },
    ]),
    ...resources
      .filter(({ type, environment }) => type === "aws_instance" && environment)
      .map(({ name, values: { id: instance } }) => ({
        title: `${name}: an elastic IP address`,
        resources: [added("aws_eip", { instance })],
      })),
    ...resources
      .filter(
        ({ type, environment, values }) =>
          type === "aws_vpc_endpoint" && environment && values.vpc_endpoint_type === "Interface",
      )
      .map((endpoint) => {
        const service_name = String(endpoint.values.service_name).replace(/\w+$/, "sqs");
        return {
          title: `${endpoint.stack}: one endpoint more, beside ${endpoint.name}`,
          resources: [
            { ...endpoint, name: "added", values: { ...endpoint.values, id: "vpce-1", service_name } },
          ],
        };
      }),
    ...UNKNOWN.map((type) => ({
      title: `a resource ${type}`,
      resources: [added(type, { id: "x", vpc_id: vpc?.id })],
    })),
  ];
}

const ALL = [
  { rule_no: 100, action: "allow", protocol: "-1", from_port: 0, to_port: 0, cidr_block: EVERYBODY },
];
const DENIED = { rule_no: 50, action: "deny", protocol: "tcp", cidr_block: EVERYBODY };
const UNKNOWN = [
  "aws_vpc_peering_connection",
  "aws_ec2_transit_gateway_vpc_attachment",
  "aws_vpn_gateway",
  "aws_egress_only_internet_gateway",
  "aws_main_route_table_association",
  "aws_route53_resolver_endpoint",
  "aws_ec2_instance_connect_endpoint",
  "aws_eip_association",
];

function added(type: string, values: Values): Resource {
  return { environment: "dev", stack: "added", mode: "managed", type, name: "added", values };
}

function without(names: readonly string[], name: string): readonly string[] {
  return names.filter((one) => one !== name);
}

function withResource(deployment: Deployment, resource: Resource, changed?: Resource): Deployment {
  return {
    ...deployment,
    resources: deployment.resources.flatMap((one) => (one === resource ? (changed ?? []) : one)),
  };
}
