import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
  type DataAwsIamPolicyDocumentStatementCondition,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { Construct } from "constructs";
import type { Account } from "../contracts/account";
import type { Network } from "../contracts/network";

export interface InterfaceEndpointProps {
  readonly account: Account;
  readonly name: string;
  /** Last part of the service name, for example `secretsmanager`. */
  readonly service: string;
  readonly network: Network;
  readonly securityGroupId: string;
  /** What may pass; each statement is narrowed to principals of the account. */
  readonly policy: readonly DataAwsIamPolicyDocumentStatement[];
  /**
   * Whether the service's usual host name leads here, for the whole VPC.
   *
   * @default - in a VPC of its own
   */
  readonly privateDns?: boolean;
}

/**
 * An AWS service at private addresses in the VPC. In a VPC of its own the service's usual host name leads here. In an
 * adopted one it does not, because the endpoint's policy would then bind others, too: clients use {@link url}.
 */
export class InterfaceEndpoint extends Construct {
  readonly resource: VpcEndpoint;
  /** Where clients find the service; undefined where the usual host name leads here. */
  readonly url?: string;

  constructor(scope: Construct, id: string, props: InterfaceEndpointProps) {
    super(scope, id);
    const privateDns = props.privateDns ?? props.network.kind === "created";
    const policy = new DataAwsIamPolicyDocument(this, "Policy", {
      statement: passing(props.account, props.policy),
    });
    this.resource = new VpcEndpoint(this, "Resource", {
      vpcId: props.network.vpcId,
      vpcEndpointType: "Interface",
      serviceName: props.account.endpointService(props.service),
      subnetIds: props.network.subnetIds,
      securityGroupIds: [props.securityGroupId],
      privateDnsEnabled: privateDns,
      policy: policy.json,
      tags: { Name: props.name },
    });
    if (!privateDns) this.url = `https://${this.resource.dnsEntry.get(0).dnsName}`;
  }
}

/** Statements of an endpoint's policy, narrowed to principals of the account. */
export function passing(
  account: Account,
  statements: readonly DataAwsIamPolicyDocumentStatement[],
): DataAwsIamPolicyDocumentStatement[] {
  const ofAccount = { test: "StringEquals", variable: "aws:PrincipalAccount", values: [account.id] };
  return statements.map(({ condition = [], ...statement }) => ({
    ...statement,
    principals: [{ type: "AWS", identifiers: ["*"] }],
    condition: [...(condition as DataAwsIamPolicyDocumentStatementCondition[]), ofAccount],
  }));
}
