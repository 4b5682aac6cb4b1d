import { createHash } from "node:crypto";
import type { IamPolicy, IamStatement } from "../aws/iam-policy";
import { serviceOf, type Values } from "./resources";

/** Where a template would be deployed. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/**
 * What AWS gives a resource, made up in AWS's format: ids and ARNs of the address, so that they are always the same,
 * and host names as the guides of Amazon Aurora, Elastic Load Balancing and AWS PrivateLink have them.
 *
 * @param own the attributes that are written.
 */
export function given(type: string, address: string, own: Values, { account, region }: Place): Values {
  const id = hexadecimal(address);
  const uuid = `${id}-0000-4000-8000-${id}0000`;
  const domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  const arn = (service: string, resource: string) => ({
    arn: `arn:aws:${service}:${region}:${account}:${resource}`,
  });
  const iam = (resource: string) => ({ arn: `arn:aws:iam::${account}:${resource}` });
  const byType: Readonly<Record<string, () => Values>> = {
    aws_cloudwatch_log_group: () => arn("logs", `log-group:${own.name}`),
    aws_iam_policy: () => iam(`policy${own.path ?? "/"}${own.name}`),
    aws_iam_policy_document: () => ({ json: JSON.stringify(policyOf(own.statement)) }),
    aws_iam_role: () => iam(`role${own.path ?? "/"}${own.name}`),
    aws_iam_openid_connect_provider: () => iam(`oidc-provider/${String(own.url).replace(/^https:\/\//, "")}`),
    aws_iam_user: () => iam(`user/${own.name}`),
    aws_kms_key: () => ({ ...arn("kms", `key/${uuid}`), key_id: uuid }),
    aws_lambda_function: () => arn("lambda", `function:${own.function_name}`),
    aws_lb: () => ({ dns_name: `${own.name}-${id}.elb.${region}.${domain}` }),
    aws_prefix_list: () => ({ cidr_blocks: ["203.0.113.0/24"] }),
    aws_rds_cluster: () => ({
      ...arn("rds", `cluster:${own.cluster_identifier}`),
      cluster_resource_id: `cluster-${id.toUpperCase()}`,
      endpoint: `${own.cluster_identifier}.cluster-c0example.${region}.rds.${domain}`,
      // Amazon RDS User Guide, "Password management with Amazon RDS and AWS Secrets Manager".
      master_user_secret: [{ secret_arn: arn("secretsmanager", `secret:rds!cluster-${uuid}-AbCdEf`).arn }],
    }),
    aws_route53_zone: () => ({ zone_id: `Z${id.toUpperCase()}` }),
    aws_s3_bucket: () => ({ arn: `arn:aws:s3:::${own.bucket}`, id: own.bucket }),
    aws_secretsmanager_secret: () => {
      const secret = arn("secretsmanager", `secret:${own.name}-AbCdEf`);
      return { ...secret, id: secret.arn };
    },
    aws_secretsmanager_secret_version: () => ({ version_id: uuid }),
    aws_sns_topic: () => arn("sns", own.name),
    aws_vpc: () => ({ id: `vpc-${id}` }),
    aws_vpc_endpoint: () => ({
      id: `vpce-${id}`,
      dns_entry: [{ dns_name: `vpce-${id}-0example.${serviceOf(own)}.${region}.vpce.${domain}` }],
    }),
  };
  return byType[type]?.() ?? {};
}

/** Statements of a policy document as the provider writes them; references stay as they are. */
export function policyOf(statements: Values | readonly Values[]): IamPolicy {
  return { Version: "2012-10-17", Statement: [statements].flat().map(statementOf) };
}

function statementOf({ sid, effect, principals, actions, resources, condition = [] }: Values): IamStatement {
  const operators: Record<string, Record<string, readonly string[]>> = {};
  for (const { test, variable, values } of condition)
    operators[test] = { ...operators[test], [variable]: values };
  const named = principals?.map(({ type, identifiers }: Values) => [type, identifiers]);
  return {
    ...(sid && { Sid: sid }),
    Effect: effect === "Deny" ? "Deny" : "Allow",
    ...(named && { Principal: named[0]?.[0] === "*" ? "*" : Object.fromEntries(named) }),
    Action: actions,
    ...(resources && { Resource: resources }),
    ...(condition.length > 0 && { Condition: operators }),
  };
}

/** Eight digits. */
function hexadecimal(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
