import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatementCondition,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { Construct } from "constructs";
import type { Account } from "../contracts/account";

export interface ServiceRoleProps {
  /** Start of the ids of the role and of whom it trusts. @default - none */
  readonly id?: string;
  readonly name: string;
  /** Start of the service's host, for example `lambda`. */
  readonly service: string;
  /** When the service is trusted. @default - always */
  readonly condition?: DataAwsIamPolicyDocumentStatementCondition[];
}

/** A role that only a service of AWS can take. */
export function serviceRole(
  scope: Construct,
  { id = "", name, service, condition }: ServiceRoleProps,
): IamRole {
  const principals = [{ type: "Service", identifiers: [`${service}.amazonaws.com`] }];
  const trust = new DataAwsIamPolicyDocument(scope, `${id}Trust`, {
    statement: [{ actions: ["sts:AssumeRole"], principals, condition }],
  });
  return new IamRole(scope, `${id}Role`, { name, assumeRolePolicy: trust.json });
}

/** The conditions that a service acts for resources of the account, by their ARNs. */
export function onBehalfOf(account: Account, sourceArns: string[], test = "ArnLike") {
  return [
    { test: "StringEquals", variable: "aws:SourceAccount", values: [account.id] },
    { test, variable: "aws:SourceArn", values: sourceArns },
  ];
}
