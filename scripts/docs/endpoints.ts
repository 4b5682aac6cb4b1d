import { serviceOf, type Values } from "../../testbed/deployed/resources";
import { PolicyText } from "./policy-text";
import { ownName, type Prod } from "./prod";
import { code, type Row } from "./table";

export const ENDPOINTS = ["service", "security group", "found by", "passes", "on", "if"] as const;

/** Endpoints of the VPC: by which name they are found, and what their policies let pass. */
export function endpoints(prod: Prod): readonly Row[] {
  const text = new PolicyText(prod);
  const { network, policies, environment } = prod;
  return network.resources
    .filter(({ type }) => type === "aws_vpc_endpoint")
    .flatMap(({ stack, name, values }) => {
      const attached = policies.policies.find(({ from }) => from === `${stack}/aws_vpc_endpoint.${name}`);
      const group = network.resources.find(({ values: { id } }) => id === values.security_group_ids?.[0]);
      return [attached?.document.Statement ?? []].flat().map((statement) => ({
        of: code(serviceOf(values)),
        cells: [
          code(ownName(group?.values.name ?? "", environment)),
          foundBy(values),
          text.actions(statement),
          text.resources(statement),
          text.conditions(statement),
        ],
      }));
    });
}

function foundBy(values: Values): string {
  if (values.vpc_endpoint_type === "Gateway") return "the route table";
  return values.private_dns_enabled
    ? code(`${serviceOf(values)}.<region>.amazonaws.com`)
    : "a name of its own";
}
