import type { Caller } from "../../../../../testbed/iam/decide";
import { byCodeOf } from "../../../../../testbed/iam/needed/conditions";
import type { RefusedCall, Requests } from "./requests";

/** What a function that reads its secret would try that somebody took over. */
export function byFunctions({
  account,
  named,
  orders,
  billing,
  certificate,
  superuser,
  endpoint,
  inside,
  key,
  call,
  secret,
  fn,
  trust,
  userOf,
  superuserName,
  sealKey,
  deployed,
  namePrefix,
  viaSecrets,
}: Requests): readonly RefusedCall[] {
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
    ["a function uses the key that unseals Vault", call(named("orders"), "kms:Decrypt", sealKey)],
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
      "a function connects to another function's database",
      call(named("orders"), "rds-db:connect", userOf("billing", "billing")),
    ],
    [
      "a function connects to its own database as another function's user",
      call(named("orders"), "rds-db:connect", userOf("main", "reporting")),
    ],
    [
      "a function connects as the superuser",
      call(named("orders"), "rds-db:connect", userOf("main", superuserName)),
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
  ];
}
