import type { Environment } from "../../../constructs/environment";
import type { Deployed, DeployedSecret } from "../deployed";

/** What the request for a secret's value says of it. */
export function ofSecret({ arn, rotatedBy, clusterArn }: DeployedSecret): Record<string, string> {
  return {
    "secretsmanager:SecretId": arn,
    // Of its tags that RDS gives.
    ...(clusterArn && { "aws:ResourceTag/aws:rds:primaryDBClusterArn": clusterArn }),
    ...(rotatedBy && { "secretsmanager:resource/AllowRotationLambdaArn": rotatedBy }),
  };
}

/** That a function's code calls (AWS Lambda Developer Guide, "Using source function ARN to control access"). */
export function byCodeOf(name: string, deployed: Deployed): Record<string, string> {
  return { "lambda:SourceFunctionArn": deployed.function(name).arn };
}

/** That a call leaves the VPC by an endpoint, also by one of which nothing else is known. */
export function fromVpc({ network }: Environment, deployed: Deployed): Record<string, string> {
  const created = deployed.ofType("aws_vpc")[0]?.values.id;
  return { "aws:SourceVpc": network.kind === "adopted" ? network.vpcId : String(created) };
}
