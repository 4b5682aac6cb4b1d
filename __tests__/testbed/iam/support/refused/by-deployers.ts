import type { RefusedCall, Requests } from "./requests";

/** What the deployer of one environment would do to what is not that environment's. */
export function byDeployers({
  deployer,
  account,
  call,
  key,
  orders,
  namePrefix,
  deployed,
}: Requests): readonly RefusedCall[] {
  const { region } = deployed;
  const via = (service: string) => ({ "kms:ViaService": `${service}.${region}.amazonaws.com` });
  const passed = (service: string) => ({ "iam:PassedToService": `${service}.amazonaws.com` });
  const of = (stack: string) => ({ "aws:ResourceTag/Stack": stack });
  const arn = (service: string, resource: string) => deployed.arn(service, resource);
  const by = (title: string, action: string, resource: string, context = {}): RefusedCall => [
    `a deployer ${title}`,
    call(deployer, action, resource, context),
  ];
  const secret = arn("secretsmanager", "secret:another/orders-AbCdEf");
  const fn = arn("lambda", "function:another-orders");
  const group = arn("logs", "log-group:/aws/lambda/another-orders");
  const ownRole = deployed.roleArn(`${namePrefix}-orders`);
  const pipelineRole = deployed.roleArn(`ci/${namePrefix}-deployer`);
  const slr = (host: string) => deployed.roleArn(`aws-service-role/${host}/AWSServiceRole`);
  return [
    by("deletes another environment's secret", "secretsmanager:DeleteSecret", secret),
    by("changes the policy of another environment's secret", "secretsmanager:PutResourcePolicy", secret),
    by(
      "changes a superuser's secret",
      "secretsmanager:PutSecretValue",
      arn("secretsmanager", "secret:rds!cluster-0-AbCdEf"),
    ),
    by("deletes another environment's database", "rds:DeleteDBCluster", arn("rds", "cluster:another-main")),
    by("restarts another environment's database", "rds:RebootDBInstance", arn("rds", "db:another-main-1")),
    by(
      "deletes a snapshot",
      "rds:DeleteDBClusterSnapshot",
      arn("rds", `cluster-snapshot:${namePrefix}-final`),
    ),
    by("widens another environment's role", "iam:PutRolePolicy", deployed.roleArn("another-orders")),
    by("widens its own role", "iam:PutRolePolicy", pipelineRole),
    by("attaches a policy to its own role", "iam:AttachRolePolicy", pipelineRole),
    by("lets somebody else take its role on", "iam:UpdateAssumeRolePolicy", pipelineRole),
    by("makes a user of another name", "iam:CreateUser", `arn:aws:iam::${account}:user/another`),
    by("makes keys for a user", "iam:CreateAccessKey", `arn:aws:iam::${account}:user/${namePrefix}-vault`),
    by("changes another environment's function", "lambda:UpdateFunctionCode", fn),
    by("calls another environment's function", "lambda:InvokeFunction", fn),
    by(
      "takes a layer of another Region",
      "lambda:GetLayerVersion",
      `arn:aws:lambda:xx-1:${account}:layer:a:1`,
    ),
    by("deletes another environment's log", "logs:DeleteLogGroup", group),
    by("gives a role to containers", "iam:PassRole", ownRole, passed("ecs-tasks")),
    by("gives a function's role to a machine", "iam:PassRole", ownRole, passed("ec2")),
    by("gives its own role to a function", "iam:PassRole", pipelineRole, passed("lambda")),
    by("decrypts with the secrets' key directly", "kms:Decrypt", key, {
      "kms:EncryptionContext:SecretARN": orders.arn,
    }),
    by("decrypts with the secrets' key through DynamoDB", "kms:Decrypt", key, via("dynamodb")),
    by("gives a grant for the secrets' key directly", "kms:CreateGrant", key),
    by("encrypts for a bucket that has no states", "kms:GenerateDataKey", arn("kms", "key/another"), {
      ...via("s3"),
      "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::another",
    }),
    by(
      "takes another environment's tags away",
      "ec2:DeleteTags",
      arn("ec2", "vpc/vpc-1"),
      of("another-foundation"),
    ),
    by("tags what has no tag of a stack", "ec2:CreateTags", arn("ec2", "vpc/vpc-1")),
    by(
      "ends another environment's node",
      "ec2:TerminateInstances",
      arn("ec2", "instance/i-1"),
      of("another-vault-server"),
    ),
    by(
      "ends a machine of its own other stacks",
      "ec2:TerminateInstances",
      arn("ec2", "instance/i-1"),
      of("prod-foundation"),
    ),
    by("launches a machine without the server's tag", "ec2:RunInstances", arn("ec2", "instance/i-1")),
    by("uses another service first", "iam:CreateServiceLinkedRole", slr("ecs.amazonaws.com"), {
      "iam:AWSServiceName": "ecs.amazonaws.com",
    }),
    by("reads a state of others", "s3:GetObject", "arn:aws:s3:::example-terraform-state/others/a.tfstate"),
    by(
      "writes the state of its own roles",
      "s3:PutObject",
      "arn:aws:s3:::example-terraform-state/lambda-secrets/prod-ci.tfstate",
    ),
    by(
      "writes the state of another environment",
      "s3:PutObject",
      "arn:aws:s3:::example-terraform-state/lambda-secrets/dev-native.tfstate",
    ),
    by(
      "empties a bucket of another environment",
      "s3:DeleteObject",
      "arn:aws:s3:::another-trail-1/AWSLogs/1",
    ),
    by(
      "silences another environment's alarms",
      "cloudwatch:DeleteAlarms",
      arn("cloudwatch", "alarm:another-rotation"),
    ),
    by(
      "stops another environment's trail",
      "cloudtrail:StopLogging",
      arn("cloudtrail", "trail/another-trail"),
    ),
  ];
}
