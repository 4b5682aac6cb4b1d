import type { Environment } from "../../../../constructs/environment";
import { administrator, role, STRANGER, service } from "../../../../testbed/iam/callers";
import type { AccessRequest, Caller } from "../../../../testbed/iam/decide";
import type { Deployed } from "../../../../testbed/iam/deployed";
import { byCodeOf, fromVpc, ofSecret } from "../../../../testbed/iam/needed/conditions";
import { superuserOf } from "../../../../testbed/iam/needed/native";

export type RefusedCall = readonly [title: string, call: AccessRequest];

/** Calls that somebody who took a part over, or another one of the account, would try. */
export function refusedCalls(environment: Environment, deployed: Deployed): readonly RefusedCall[] {
  const { namePrefix } = environment;
  const { account } = deployed;
  const named = (name: string): Caller => role(deployed, deployed.roleArn(`${namePrefix}-${name}`));
  const anybody = administrator(deployed);
  const orders = deployed.secret(`${namePrefix}/orders`);
  const billing = deployed.secret(`${namePrefix}/billing`);
  const certificate = deployed.secret(`${namePrefix}/vault-server/certificate`);
  const superuser = superuserOf(environment, "main", deployed);
  const endpoint = deployed.endpoint("native", "secretsmanager");
  const inside = { ...fromVpc(environment, deployed) };
  const key = String(orders.keyArn);
  const bucket = `arn:aws:s3:::${namePrefix}-vault-${account}-${deployed.region}`;
  const viaSecrets = { "kms:ViaService": `secretsmanager.${deployed.region}.amazonaws.com` };
  const call = (by: Caller, action: string, resource: string, context = {}, more = {}): AccessRequest => ({
    by,
    action,
    resource,
    account,
    context,
    ...more,
  });
  const secret = (by: Caller, action: string, one: typeof orders, context = {}, more = {}) =>
    call(by, `secretsmanager:${action}`, one.arn, { ...ofSecret(one), ...inside, ...context }, more);
  const fn = (name: string) => deployed.function(`${namePrefix}-${name}`).arn;
  const trust = (by: Caller, name: string, context = {}) =>
    call(by, "sts:AssumeRole", deployed.roleArn(`${namePrefix}-${name}`), context);

  return [
    ["a function reads another function's secret", secret(named("orders"), "GetSecretValue", billing)],
    [
      "a function reads another's through the endpoint",
      secret(named("orders"), "GetSecretValue", billing, {}, { through: endpoint }),
    ],
    ["a function reads a superuser", secret(named("orders"), "GetSecretValue", superuser)],
    [
      "a function reads the Vault server's certificate",
      secret(named("orders"), "GetSecretValue", certificate),
    ],
    ["a function reads several secrets in one call", secret(named("orders"), "BatchGetSecretValue", orders)],
    ["a function lists secrets", call(named("orders"), "secretsmanager:ListSecrets", "*", inside)],
    ["a function looks at its secret's description", secret(named("orders"), "DescribeSecret", orders)],
    ["a function writes to its secret", secret(named("orders"), "PutSecretValue", orders)],
    ["a function moves a label of its secret", secret(named("orders"), "UpdateSecretVersionStage", orders)],
    ["a function rotates its secret", secret(named("orders"), "RotateSecret", orders)],
    ["a function deletes its secret", secret(named("orders"), "DeleteSecret", orders)],
    ["a function changes its secret's policy", secret(named("orders"), "PutResourcePolicy", orders)],
    [
      "a function makes a secret",
      secret(named("orders"), "CreateSecret", { ...orders, arn: `${orders.arn}2` }),
    ],
    [
      "a function reads from outside the VPC",
      secret(named("orders"), "GetSecretValue", orders, { "aws:SourceVpc": "vpc-another" }),
    ],
    [
      "a function decrypts with the secrets' key directly",
      call(named("orders"), "kms:Decrypt", key, { "kms:EncryptionContext:SecretARN": orders.arn }),
    ],
    [
      "a function decrypts another's secret",
      call(named("orders"), "kms:Decrypt", key, {
        ...viaSecrets,
        "kms:EncryptionContext:SecretARN": billing.arn,
      }),
    ],
    [
      "a function encrypts with the secrets' key",
      call(named("orders"), "kms:GenerateDataKey", key, {
        ...viaSecrets,
        "kms:EncryptionContext:SecretARN": orders.arn,
      }),
    ],
    [
      "a function uses the key that unseals Vault",
      call(named("orders"), "kms:Decrypt", sealKey(deployed, namePrefix)),
    ],
    [
      "a function calls the rotation function",
      call(named("orders"), "lambda:InvokeFunction", fn("main-rotation")),
    ],
    ["a function changes its own code", call(named("orders"), "lambda:UpdateFunctionCode", fn("orders"))],
    ["a function takes another role on", trust(named("orders"), "main-rotation")],
    ["a function takes its own role on again", trust(named("orders"), "orders")],
    ["a function takes the deployer's role on", trust(named("orders"), "deployer")],
    [
      "a function widens its role",
      call(named("orders"), "iam:PutRolePolicy", deployed.roleArn(`${namePrefix}-orders`)),
    ],
    [
      "a function connects as another function's user",
      call(named("orders"), "rds-db:connect", deployed.arn("rds-db", "dbuser:cluster-1/billing")),
    ],
    [
      "a function connects as the superuser",
      call(named("orders"), "rds-db:connect", deployed.arn("rds-db", "dbuser:cluster-1/dbadmin")),
    ],
    [
      "a function writes another's log",
      call(
        named("orders"),
        "logs:PutLogEvents",
        deployed.arn("logs", `log-group:/aws/lambda/${namePrefix}-billing:log-stream:1`),
      ),
    ],
    [
      "a function deletes its log",
      call(
        named("orders"),
        "logs:DeleteLogGroup",
        deployed.arn("logs", `log-group:/aws/lambda/${namePrefix}-orders`),
      ),
    ],
    [
      "a function's code makes a network interface",
      call(named("orders"), "ec2:CreateNetworkInterface", "*", byCodeOf(`${namePrefix}-orders`, deployed)),
    ],
    ...deployed.functions
      .filter(({ isInVpc }) => isInVpc)
      .map(
        ({ name, roleArn }) =>
          [
            `${name}, with all permissions, takes a network interface away by its code`,
            call(
              { kind: "AWS", arn: roleArn, account, unlimited: true },
              "ec2:DetachNetworkInterface",
              "*",
              byCodeOf(name, deployed),
            ),
          ] as const,
      ),
    [
      "a function takes a secret of another account through the endpoint",
      secret(
        { ...named("orders"), unlimited: true } as Caller,
        "GetSecretValue",
        { name: "another", arn: orders.arn.replace(account, "999999999999") },
        {},
        { through: endpoint },
      ),
    ],
    [
      "a function makes a secret through the endpoint, to carry data out",
      secret(
        { ...named("orders"), unlimited: true } as Caller,
        "CreateSecret",
        orders,
        {},
        { through: endpoint },
      ),
    ],
    [
      "a function rotates a secret through the endpoint",
      secret(
        { ...named("orders"), unlimited: true } as Caller,
        "RotateSecret",
        orders,
        {},
        { through: endpoint },
      ),
    ],

    [
      "the rotation function changes the superuser's secret",
      secret(named("main-rotation"), "PutSecretValue", superuser),
    ],
    [
      "the rotation function rotates the superuser",
      secret(named("main-rotation"), "RotateSecret", superuser),
    ],
    [
      "the rotation function reads another database's superuser",
      secret(named("main-rotation"), "GetSecretValue", superuserOf(environment, "billing", deployed)),
    ],
    [
      "the rotation function reads a secret that another one rotates",
      secret(named("main-rotation"), "GetSecretValue", billing),
    ],
    [
      "the rotation function writes to a secret that another one rotates",
      secret(named("main-rotation"), "PutSecretValue", billing),
    ],
    [
      "the rotation function changes a secret's policy",
      secret(named("main-rotation"), "PutResourcePolicy", orders),
    ],
    [
      "the rotation function takes a secret's policy away",
      secret(named("main-rotation"), "DeleteResourcePolicy", orders),
    ],
    [
      "the rotation function copies a secret to another Region",
      secret(named("main-rotation"), "ReplicateSecretToRegions", orders),
    ],
    [
      "the rotation function names another function for a secret",
      secret(named("main-rotation"), "RotateSecret", orders),
    ],
    ["the rotation function deletes a secret", secret(named("main-rotation"), "DeleteSecret", orders)],
    [
      "the rotation function writes from outside the VPC",
      secret(named("main-rotation"), "PutSecretValue", orders, { "aws:SourceVpc": undefined }),
    ],
    [
      "the rotation function decrypts with the database's key directly",
      call(named("main-rotation"), "kms:Decrypt", String(superuser.keyArn), {
        "kms:EncryptionContext:SecretARN": superuser.arn,
      }),
    ],
    [
      "the rotation function gives a grant for the secrets' key",
      call(named("main-rotation"), "kms:CreateGrant", key, viaSecrets),
    ],

    ["a health function puts a value", secret(named("main-health"), "PutSecretValue", orders)],
    ["a health function reads a superuser", secret(named("main-health"), "GetSecretValue", superuser)],
    [
      "a health function reads another database's secret",
      secret(named("main-health"), "GetSecretValue", billing),
    ],
    [
      "a health function reads the certificate of the Vault server",
      secret(named("main-health"), "GetSecretValue", certificate),
    ],
    [
      "a health function speaks for another source",
      call(named("main-health"), "events:PutEvents", deployed.arn("events", "event-bus/default"), {
        "events:source": "aws.secretsmanager",
        "events:detail-type": "Lambda Function Invocation Result - Success",
      }),
    ],
    ["the quota monitor reads a secret", secret(named("quota-monitor"), "GetSecretValue", orders)],
    ["the quota monitor describes a secret", secret(named("quota-monitor"), "DescribeSecret", orders)],
    [
      "the quota monitor asks for more quota",
      call(
        named("quota-monitor"),
        "servicequotas:RequestServiceQuotaIncrease",
        deployed.arn("servicequotas", "vpc/L-29B6F2EB"),
      ),
    ],
    [
      "the schedules' role calls a function that reads secrets",
      call(named("schedules"), "lambda:InvokeFunction", fn("orders")),
    ],
    [
      "a schedule of another account takes the schedules' role on",
      trust(service("scheduler.amazonaws.com"), "schedules", {
        "aws:SourceAccount": "999999999999",
        "aws:SourceArn": `arn:aws:scheduler:${deployed.region}:999999999999:schedule-group/default`,
      }),
    ],
    [
      "flow logs of another account take the role on",
      trust(service("vpc-flow-logs.amazonaws.com"), "flow-logs", {
        "aws:SourceAccount": "999999999999",
        "aws:SourceArn": `arn:aws:ec2:${deployed.region}:999999999999:vpc-flow-log/fl-1`,
      }),
    ],
    ["EC2 takes a function's role on", trust(service("ec2.amazonaws.com"), "orders")],

    ["another account reads a secret", secret(STRANGER, "GetSecretValue", orders)],
    [
      "another account reads a secret from inside the VPC",
      secret(STRANGER, "GetSecretValue", orders, {}, { through: endpoint }),
    ],
    ["another account decrypts with the secrets' key", call(STRANGER, "kms:Decrypt", key, viaSecrets)],
    ["another account publishes to the topic", call(STRANGER, "sns:Publish", topic(deployed))],
    ["another account takes a function's role on", trust(STRANGER, "orders")],
    [
      "another account's alarms publish to the topic",
      call(service("cloudwatch.amazonaws.com"), "sns:Publish", topic(deployed), {
        "aws:SourceAccount": "999999999999",
        "aws:SourceArn": `arn:aws:cloudwatch:${deployed.region}:999999999999:alarm:x`,
      }),
    ],
    [
      "Secrets Manager calls a rotation function for another account",
      call(service("secretsmanager.amazonaws.com"), "lambda:InvokeFunction", fn("main-rotation"), {
        "aws:SourceAccount": "999999999999",
      }),
    ],
    [
      "EventBridge calls a rotation function",
      call(service("events.amazonaws.com"), "lambda:InvokeFunction", fn("main-rotation"), {
        "aws:SourceAccount": account,
      }),
    ],

    ["somebody decrypts with the secrets' key directly", call(anybody, "kms:Decrypt", key)],
    [
      "somebody decrypts with the secrets' key through S3",
      call(anybody, "kms:Decrypt", key, { "kms:ViaService": `s3.${deployed.region}.amazonaws.com` }),
    ],
    [
      "somebody decrypts with the key that unseals Vault",
      call(anybody, "kms:Decrypt", sealKey(deployed, namePrefix)),
    ],
    [
      "somebody gives a grant for a database's key to a person",
      call(anybody, "kms:CreateGrant", String(superuser.keyArn), {
        "kms:ViaService": `rds.${deployed.region}.amazonaws.com`,
        "kms:GrantIsForAWSResource": "false",
      }),
    ],
    [
      "somebody reads a snapshot of Vault without TLS",
      call(anybody, "s3:GetObject", `${bucket}/snapshots/1.snap`, { "aws:SecureTransport": "false" }),
    ],

    [
      "a Vault node reads a snapshot",
      call(named("vault-node"), "s3:GetObject", `${bucket}/snapshots/1.snap`),
    ],
    [
      "a Vault node deletes a snapshot",
      call(named("vault-node"), "s3:DeleteObject", `${bucket}/snapshots/1.snap`),
    ],
    [
      "a Vault node writes a program",
      call(named("vault-node"), "s3:PutObject", `${bucket}/vault-server/server`),
    ],
    [
      "a Vault node lists programs",
      call(named("vault-node"), "s3:ListBucket", bucket, { "s3:prefix": "vault-server/" }),
    ],
    ["a Vault node reads a secret of a database", secret(named("vault-node"), "GetSecretValue", orders)],
    ["a Vault node reads a superuser", secret(named("vault-node"), "GetSecretValue", superuser)],
    ["a Vault node writes its certificate", secret(named("vault-node"), "PutSecretValue", certificate)],
    [
      "a Vault node reads the recovery shares",
      secret(named("vault-node"), "GetSecretValue", {
        name: "recovery",
        arn: certificate.arn.replace("certificate", "recovery"),
      }),
    ],
    [
      "a Vault node looks up a role",
      call(named("vault-node"), "iam:GetRole", deployed.roleArn(`${namePrefix}-orders`)),
    ],
    ["a Vault node takes a function's role on", trust(named("vault-node"), "orders")],
    [
      "a Vault node publishes metrics of another kind",
      call(named("vault-node"), "cloudwatch:PutMetricData", "*", { "cloudwatch:namespace": "AWS/Lambda" }),
    ],
    [
      "a Vault node gives a grant for the key that unseals it",
      call(named("vault-node"), "kms:CreateGrant", sealKey(deployed, namePrefix)),
    ],

    [
      "the planner reads a password",
      planned(secret, environment, orders, { "secretsmanager:VersionStage": "AWSCURRENT" }),
    ],
    ["the planner reads whichever version is current", planned(secret, environment, orders, {})],
    [
      "the planner reads the previous password",
      planned(secret, environment, orders, { "secretsmanager:VersionStage": "AWSPREVIOUS" }),
    ],
    ["the planner reads a superuser", planned(secret, environment, superuser, {})],
    ...environment.secrets.map(
      ({ name }) =>
        [
          `another account reads ${name}, which its policy refuses by itself`,
          secret(
            STRANGER,
            "GetSecretValue",
            deployed.secret(`${namePrefix}/${name}`),
            {},
            { alone: "resource" },
          ),
        ] as const,
    ),
    ...["GetSecretValue", "PutSecretValue", "UpdateSecret", "UpdateSecretVersionStage"].map(
      (action) =>
        [
          `somebody who is no owner: ${action} of the Vault server's certificate`,
          secret(anybody, action, certificate),
        ] as const,
    ),
    ...changesByOthers(environment, deployed).map(
      (one) => [`somebody who is no deployer: ${one.action} of ${one.resource}`, one] as const,
    ),
    ...readByPlanners(environment, deployed).map(
      (one) => [`the planner: ${one.action} of ${one.resource}`, one] as const,
    ),
  ];
}

/** Of every secret: with deployers, whoever IAM lets do anything changes none. */
function changesByOthers({ namePrefix, secrets }: Environment, deployed: Deployed): AccessRequest[] {
  const actions = [
    ...[
      "DeleteSecret",
      "TagResource",
      "UntagResource",
      "PutResourcePolicy",
      "DeleteResourcePolicy",
      "UpdateSecret",
    ],
    ...["RotateSecret", "CancelRotateSecret", "ReplicateSecretToRegions", "RemoveRegionsFromReplication"],
    ...["StopReplicationToReplica", "PutSecretValue", "UpdateSecretVersionStage"],
  ];
  return secrets.flatMap(({ name }) => {
    const secret = deployed.secret(`${namePrefix}/${name}`);
    return actions.map((action) => ({
      by: administrator(deployed),
      action: `secretsmanager:${action}`,
      resource: secret.arn,
      account: deployed.account,
      context: ofSecret(secret),
    }));
  });
}

/** The same for what a planner with all permissions of IAM would read. */
function readByPlanners(
  { namePrefix, secrets, planners: [arn = ""] }: Environment,
  deployed: Deployed,
): AccessRequest[] {
  return secrets.map(({ name }) => {
    const secret = deployed.secret(`${namePrefix}/${name}`);
    return {
      by: { kind: "AWS", arn, account: deployed.account, unlimited: true },
      action: "secretsmanager:GetSecretValue",
      resource: secret.arn,
      account: deployed.account,
      context: { ...ofSecret(secret), "secretsmanager:VersionStage": "AWSCURRENT" },
    };
  });
}

function planned(
  secret: (by: Caller, action: string, one: { name: string; arn: string }, context: object) => AccessRequest,
  { account, planners: [arn = ""] }: Environment,
  one: { name: string; arn: string },
  context: object,
): AccessRequest {
  return secret({ kind: "AWS", arn, account }, "GetSecretValue", one, context);
}

function sealKey(deployed: Deployed, namePrefix: string): string {
  const { target_key_id: id } = deployed.only("aws_kms_alias", { name: `alias/${namePrefix}-vault-seal` });
  return deployed.only("aws_kms_key", { key_id: id }).arn;
}

function topic(deployed: Deployed): string {
  return String(deployed.ofType("aws_sns_topic")[0]?.values.arn);
}
