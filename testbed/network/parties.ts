import {
  addressOfResource,
  blocksOf,
  type Deployment,
  type Resource,
  serviceOf,
  type Values,
} from "../deployed/resources";
import { type Block, blockOf } from "./blocks";
import { EVERYTHING, type Traffic, trafficOf, union } from "./traffic";

/** Where a party has a network interface. */
export interface Place {
  readonly vpc: string;
  readonly subnet: string;
  /** Its address, or those that it may have. */
  readonly block: Block;
}

/** Somebody who opens connections, or to whom they are opened. */
export interface Party {
  /** As the document's table calls all of its kind. */
  readonly kind: string;
  readonly name: string;
  /** @default - is there whatever environment there is */
  readonly environment?: string;
  /** Empty outside the VPC. */
  readonly places: readonly Place[];
  /** @default - no security group keeps it from anything */
  readonly groups?: readonly string[];
  readonly isPublic: boolean;
  /** Of S3. */
  readonly prefixList?: string;
  /** What it answers, where that is not for security groups alone to say. */
  readonly listens: Traffic;
  /** What made it; of those that nothing made, nothing. */
  readonly values: Values;
}

export const KIND = {
  functions: "functions",
  rotation: "rotation functions",
  health: "health functions",
  quotaMonitor: "the quota monitor",
  databases: "databases",
  secretsManager: "the Secrets Manager endpoint",
  sts: "the STS endpoint",
  nodeEndpoints: "the endpoints of Vault nodes",
  balancer: "Vault's load balancer",
  nodes: "Vault nodes",
  yourVault: "your Vault",
  s3: "S3",
  others: "anything else in the VPC",
  othersWithVault: "anything else in the VPC, where Vault has no `location`",
  internet: "the internet",
} as const;

export function partiesOf({ resources }: Deployment): readonly Party[] {
  const of = (type: string) => resources.filter((one) => one.type === type);
  const valuesOf = (type: string) => of(type).map(({ values }) => values);
  const subnets = new Map(valuesOf("aws_subnet").map((subnet) => [subnet.id, subnet]));
  const addresses = valuesOf("aws_eip");

  const placesIn = (ids: readonly string[], address?: string): readonly Place[] =>
    ids.map((id) => {
      const subnet = subnets.get(id);
      if (!subnet) throw new Error(`there is no subnet ${id}`);
      return { vpc: subnet.vpc_id, subnet: id, block: blockOf(address || subnet.cidr_block) };
    });
  const made = (
    { environment, name, values }: Resource,
    kind: string,
    party: Pick<Party, "places" | "groups"> & Partial<Party>,
  ): Party => ({ environment, kind, name, isPublic: false, listens: EVERYTHING, values, ...party });

  const functions = of("aws_lambda_function").map((resource) => {
    const [vpc] = blocksOf(resource.values, "vpc_config");
    return made(resource, functionKind(resource.values, valuesOf), {
      places: placesIn(vpc?.subnet_ids ?? []),
      groups: vpc?.security_group_ids,
    });
  });

  const databases = of("aws_rds_cluster").map((resource) => {
    const { values } = resource;
    const group = valuesOf("aws_db_subnet_group").find(({ name }) => name === values.db_subnet_group_name);
    const instances = valuesOf("aws_rds_cluster_instance").filter(
      (one) => one.cluster_identifier === values.id,
    );
    return made(resource, KIND.databases, {
      places: placesIn(group?.subnet_ids ?? []),
      groups: values.vpc_security_group_ids,
      isPublic: instances.some((instance) => instance.publicly_accessible),
    });
  });

  const endpoints = of("aws_vpc_endpoint")
    .filter(({ values }) => values.vpc_endpoint_type === "Interface")
    .map((resource) =>
      made(resource, endpointKind(resource), {
        places: placesIn(resource.values.subnet_ids),
        groups: resource.values.security_group_ids,
      }),
    );

  const balancers = of("aws_lb").map((resource) => {
    const { values } = resource;
    const listeners = valuesOf("aws_lb_listener").filter((one) => one.load_balancer_arn === values.arn);
    return made(resource, KIND.balancer, {
      places: placesIn(values.subnets),
      groups: values.security_groups,
      isPublic: values.internal !== true,
      listens: union(...listeners.map(({ protocol, port }) => trafficOf(protocol, port, port))),
    });
  });

  const machines = of("aws_instance").map((resource) => {
    const { values } = resource;
    const ids = blocksOf(values, "network_interface").map((one) => one.network_interface_id);
    const [own] = valuesOf("aws_network_interface").filter(({ id }) => ids.includes(id));
    return made(resource, resource.environment ? KIND.nodes : KIND.yourVault, {
      places: placesIn([own?.subnet_id ?? values.subnet_id], own?.private_ip ?? values.private_ip),
      groups: own?.security_groups ?? values.vpc_security_group_ids,
      // An interface that is there before its machine gets no public address with it.
      isPublic:
        (!own && Boolean(values.associate_public_ip_address)) ||
        addresses.some((one) => one.instance === values.id || ids.includes(one.network_interface)),
    });
  });

  const known = [...functions, ...databases, ...endpoints, ...balancers, ...machines];
  return [...known, ...strangers(resources, known, placesIn([...subnets.keys()]))];
}

/** Those that nothing here makes; whoever else is in the VPC has groups that let everything through. */
function strangers(
  resources: readonly Resource[],
  known: readonly Party[],
  places: readonly Place[],
): readonly Party[] {
  const one = { places: [], isPublic: true, listens: EVERYTHING, values: {} };
  const gateway = resources.find(
    ({ type, values }) => type === "aws_vpc_endpoint" && values.vpc_endpoint_type === "Gateway",
  );
  const list = resources.find(({ type }) => type === "aws_prefix_list");
  const hasVault = known.some(({ kind }) => kind === KIND.balancer || kind === KIND.yourVault);
  const readsVault = known.some(({ values }) => variablesOf(values).VLE_VAULT_ADDR !== undefined);
  return [
    ...(gateway || list ? [{ ...one, kind: KIND.s3, name: "S3", prefixList: list?.values.id }] : []),
    { ...one, kind: KIND.internet, name: "the internet" },
    {
      ...one,
      kind: readsVault && !hasVault ? KIND.othersWithVault : KIND.others,
      name: "anything else",
      places,
    },
  ];
}

export function variablesOf(values: Values): Readonly<Record<string, string>> {
  return blocksOf(values, "environment")[0]?.variables ?? {};
}

function functionKind(values: Values, valuesOf: (type: string) => readonly Values[]): string {
  if (valuesOf("aws_secretsmanager_secret_rotation").some((one) => one.rotation_lambda_arn === values.arn))
    return KIND.rotation;
  if (/-quota-monitor$/.test(values.function_name)) return KIND.quotaMonitor;
  const checks = valuesOf("aws_lambda_function_event_invoke_config");
  return checks.some((one) => one.function_name === values.function_name) ? KIND.health : KIND.functions;
}

/** What nodes of Vault ask, each by an endpoint (`nodePermissions`; logins are checked by STS). */
export const NODE_SERVICES = ["kms", "logs", "monitoring", "secretsmanager", "ssm", "ssmmessages", "sts"];

/** @throws Error for an endpoint to a service that nobody here calls: it would be a way that no document has. */
function endpointKind(resource: Resource): string {
  const { stack, name, values } = resource;
  const service = serviceOf(values);
  const isOfNodes = /-vault-server$/.test(stack) || name.startsWith("existing-vault-");
  const kind = isOfNodes
    ? NODE_SERVICES.includes(service) && KIND.nodeEndpoints
    : { secretsmanager: KIND.secretsManager, sts: KIND.sts }[service];
  if (kind) return kind;
  throw new Error(
    `the model of the network does not know who calls ${service} through ${addressOfResource(resource)}: say so in ` +
      "testbed/network/parties.ts and in the table of docs/architecture.md",
  );
}
