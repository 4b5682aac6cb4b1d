import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { Construct } from "constructs";
import type { Account } from "../account";
import type { Network } from "./network";

export interface InterfaceEndpointProps {
  readonly account: Account;
  readonly name: string;
  /** Last part of the service name, for example `secretsmanager`. */
  readonly service: string;
  readonly network: Network;
  readonly securityGroupId: string;
  /** Whether the service's usual host name leads here, for everything in the VPC. */
  readonly privateDns: boolean;
  /** What may pass; each statement is narrowed to principals of the account. */
  readonly policy: readonly DataAwsIamPolicyDocumentStatement[];
}

/** An AWS service at private addresses in the VPC. */
export class InterfaceEndpoint extends Construct {
  readonly resource: VpcEndpoint;

  /** Address that leads here whatever the usual host name does. */
  get url(): string {
    return `https://${this.resource.dnsEntry.get(0).dnsName}`;
  }

  constructor(scope: Construct, id: string, props: InterfaceEndpointProps) {
    super(scope, id);
    const policy = new DataAwsIamPolicyDocument(this, "Policy", {
      statement: props.policy.map((statement) => ({
        ...statement,
        principals: [{ type: "AWS", identifiers: ["*"] }],
        condition: [{ test: "StringEquals", variable: "aws:PrincipalAccount", values: [props.account.id] }],
      })),
    });
    this.resource = new VpcEndpoint(this, "Resource", {
      vpcId: props.network.vpcId,
      vpcEndpointType: "Interface",
      serviceName: `com.amazonaws.${props.account.region}.${props.service}`,
      subnetIds: props.network.subnetIds,
      securityGroupIds: [props.securityGroupId],
      privateDnsEnabled: props.privateDns,
      policy: policy.json,
      tags: { Name: props.name },
    });
  }
}
