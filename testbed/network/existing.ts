import type { Environment } from "../../constructs/environment";
import type { Deployment, Resource, Values } from "../deployed/resources";
import { NODE_SERVICES } from "./parties";

const VPC_CIDR = "10.99.0.0/16";

/** What an account has that an environment adopts, as docs/adopt.md and docs/vault-server.md ask for it. */
export function existingFor({
  network,
  databases,
  vault,
  backends,
  region,
}: Environment): readonly Resource[] {
  if (network.kind === "created") return [];
  const { vpcId: vpc_id, subnetIds, secretsManagerEndpoint } = network;
  const endpoint = (name: string, service: string, groups: readonly string[]) =>
    resource("aws_vpc_endpoint", name, {
      vpc_id,
      vpc_endpoint_type: "Interface",
      service_name: `com.amazonaws.${region}.${service}`,
      subnet_ids: subnetIds,
      security_group_ids: groups,
      private_dns_enabled: true,
      dns_entry: [],
      tags: { Name: name },
    });
  const server = backends.includes("vault") ? vault?.server : undefined;
  const nodeEndpoints =
    server?.kind === "created" && server.endpoints?.kind === "adopted"
      ? server.endpoints.securityGroupIds
      : [];
  return [
    resource("aws_vpc", "vpc", {
      id: vpc_id,
      cidr_block: VPC_CIDR,
      enable_dns_support: true,
      enable_dns_hostnames: true,
    }),
    ...subnetIds.flatMap((id, index) => [
      resource("aws_subnet", id, {
        id,
        vpc_id,
        cidr_block: `10.99.${index}.0/24`,
        availability_zone: `${region}${"abc"[index]}`,
      }),
      // What a data source finds by the subnet is its route table.
      resource("aws_route_table", id, { id: `rtb-${id}`, route_table_id: `rtb-${id}`, subnet_id: id }),
      resource("aws_route_table_association", id, { subnet_id: id, route_table_id: `rtb-${id}` }),
    ]),
    ...(secretsManagerEndpoint && backends.includes("native")
      ? [endpoint("existing-secretsmanager", "secretsmanager", [secretsManagerEndpoint.securityGroupId])]
      : []),
    ...Object.entries(databases).flatMap(([name, database]) =>
      database.kind === "adopted"
        ? [
            resource("aws_db_subnet_group", name, { name, subnet_ids: subnetIds }),
            resource("aws_rds_cluster", name, {
              id: name,
              endpoint: database.host,
              port: database.port,
              db_subnet_group_name: name,
              vpc_security_group_ids: [database.securityGroupId],
            }),
          ]
        : [],
    ),
    ...(nodeEndpoints.length > 0
      ? [
          ...NODE_SERVICES.map((service) => endpoint(`existing-vault-${service}`, service, nodeEndpoints)),
          resource("aws_vpc_endpoint", "s3", {
            vpc_id,
            vpc_endpoint_type: "Gateway",
            route_table_ids: subnetIds.map((id) => `rtb-${id}`),
          }),
        ]
      : []),
  ];
}

/** With the Vault that the environment says is in the VPC, in its first subnet, if it says so. */
export function withYourVault(deployment: Deployment, { vault, backends }: Environment): Deployment {
  const server = backends.includes("vault") ? vault?.server : undefined;
  if (server?.kind !== "adopted" || server.location?.kind !== "vpc") return deployment;
  const { hostname: name, port } = new URL(server.address);
  const subnet = deployment.resources.find(({ type }) => type === "aws_subnet")?.values;
  return {
    ...deployment,
    resources: [
      ...deployment.resources,
      resource("aws_instance", "vault", {
        id: "i-vault",
        dns_name: name,
        port,
        subnet_id: subnet?.id,
        vpc_security_group_ids: [server.location.securityGroupId],
      }),
      resource("aws_route53_zone", "vault", { name, zone_id: "vault", vpc: [{ vpc_id: subnet?.vpc_id }] }),
      resource("aws_route53_record", "vault", { name, zone_id: "vault", alias: [{ name }] }),
    ],
  };
}

function resource(type: string, name: string, values: Values): Resource {
  return { stack: "existing", mode: "managed", type, name, values };
}
