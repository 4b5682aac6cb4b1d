import { addressOfResource, blocksOf, type Resource, type Values } from "../deployed/resources";

/** A way out of the VPC that a subnet has. */
export type Exit = "internet gateway" | "nat gateway" | "s3";

/** Where the route tables of subnets lead, beyond the VPC. */
export class Routes {
  readonly #tableOf: ReadonlyMap<string, string>;
  readonly #exits = new Map<string, Set<Exit>>();

  constructor(private readonly resources: readonly Resource[]) {
    this.#tableOf = new Map(
      this.#of("aws_route_table_association").map(({ values }) => [values.subnet_id, values.route_table_id]),
    );
    for (const resource of this.#of("aws_route_table"))
      for (const route of blocksOf(resource.values, "route")) this.#add(resource.values.id, route, resource);
    for (const resource of this.#of("aws_route"))
      this.#add(resource.values.route_table_id, resource.values, resource);
    for (const { values } of this.#of("aws_vpc_endpoint"))
      if (values.vpc_endpoint_type === "Gateway")
        for (const table of values.route_table_ids ?? []) this.#exitsOf(table).add("s3");
    for (const { values } of this.#of("aws_vpc_endpoint_route_table_association"))
      this.#exitsOf(values.route_table_id).add("s3");
  }

  /** A subnet without a table of its own has the main one, which nobody gave a route. */
  has(subnet: string, exit: Exit): boolean {
    const table = this.#tableOf.get(subnet);
    return table !== undefined && this.#exitsOf(table).has(exit);
  }

  /** Of the subnets of a NAT gateway it is asked elsewhere whether they lead on. */
  #add(table: string, route: Values, resource: Resource): void {
    const { gateway_id: gateway, nat_gateway_id: nat } = route;
    const targets = Object.entries(route).filter(([key, value]) => /_(id|arn)$/.test(key) && value);
    const others = targets.filter(
      ([key]) => !["gateway_id", "nat_gateway_id", "route_table_id"].includes(key),
    );
    if (others.length > 0 && !gateway && !nat)
      throw new Error(
        `${addressOfResource(resource)} has a route by ${others[0]?.[0]}, which the model does not know`,
      );
    if (nat) this.#exitsOf(table).add("nat gateway");
    else if (this.#of("aws_internet_gateway").some(({ values }) => values.id === gateway))
      this.#exitsOf(table).add("internet gateway");
    else if (gateway !== "local")
      throw new Error(
        `${addressOfResource(resource)} has a route to ${gateway}, which the model does not know`,
      );
  }

  #exitsOf(table: string): Set<Exit> {
    const exits = this.#exits.get(table) ?? new Set();
    this.#exits.set(table, exits);
    return exits;
  }

  #of(type: string): readonly Resource[] {
    return this.resources.filter((one) => one.type === type);
  }
}
