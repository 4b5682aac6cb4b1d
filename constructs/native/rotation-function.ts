import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Database } from "../database/database";
import { viaService } from "../encryption/encryption-key";
import { PrivateFunction, type PrivateFunctionProps } from "../functions/private-function";
import { type PasswordPolicy, passwordEnvironment } from "./password-policy";

export interface RotationFunctionProps extends Omit<PrivateFunctionProps, "description" | "environment"> {
  readonly database: Database;
  /** @default - 32 characters, see {@link PasswordPolicy} */
  readonly passwords?: PasswordPolicy;
  /** See {@link SecretsEndpoint.environment}. */
  readonly endpointEnvironment: Readonly<Record<string, string>>;
  /** ARN pattern of the secrets that the function rotates. */
  readonly secretArnPattern: string;
  /** Key of those secrets. */
  readonly secretsKeyArn: string;
}

/** The function that Secrets Manager calls to change passwords: one for all secrets of an environment. */
export class RotationFunction extends Construct {
  readonly arn: string;
  /** What must exist before Secrets Manager may call the function. */
  readonly readyToRotate: ITerraformDependable[];

  constructor(scope: Construct, id: string, props: RotationFunctionProps) {
    super(scope, id);
    const rotation = new PrivateFunction(this, "Function", {
      ...props,
      description: "Changes database passwords for AWS Secrets Manager",
      environment: {
        ...rotationEnvironment(props.database),
        ...passwordEnvironment(props.passwords),
        ...props.endpointEnvironment,
      },
    });
    this.arn = rotation.createdArn;
    this.readyToRotate = [
      rotation.allow("Rotation", statements(props, rotation.arn)),
      this.permitSecretsManager(props, rotation),
    ];
  }

  private permitSecretsManager(
    { account }: RotationFunctionProps,
    rotation: PrivateFunction,
  ): LambdaPermission {
    return new LambdaPermission(this, "Permission", {
      statementId: "secrets-manager",
      action: "lambda:InvokeFunction",
      functionName: rotation.createdArn,
      principal: "secretsmanager.amazonaws.com",
      sourceAccount: account.id,
    });
  }
}

function rotationEnvironment(database: Database): Record<string, string> {
  return {
    DATABASE_HOSTS: database.host,
    SUPERUSER_SECRET_ARN: database.superuserSecretArn,
    ...(database.allowWithoutTls && { HOSTS_WITHOUT_TLS: database.host }),
    ...(database.certificateAuthority && { DATABASE_CA_PEM: database.certificateAuthority }),
  };
}

function statements(props: RotationFunctionProps, functionArn: string) {
  const { account, database } = props;
  const throughSecretsManager = viaService(account, "secretsmanager");
  return [
    {
      sid: "RotateSecrets",
      actions: [
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetSecretValue",
        "secretsmanager:PutSecretValue",
        "secretsmanager:UpdateSecretVersionStage",
      ],
      resources: [props.secretArnPattern],
      condition: [
        {
          test: "ArnEquals",
          variable: "secretsmanager:resource/AllowRotationLambdaArn",
          values: [functionArn],
        },
      ],
    },
    { sid: "RandomPassword", actions: ["secretsmanager:GetRandomPassword"], resources: ["*"] },
    {
      sid: "ReadSuperuser",
      actions: ["secretsmanager:GetSecretValue"],
      resources: [database.superuserSecretArn],
    },
    {
      sid: "UseSecretsKey",
      actions: ["kms:Decrypt", "kms:GenerateDataKey"],
      resources: [props.secretsKeyArn],
      condition: [
        throughSecretsManager,
        { test: "ArnLike", variable: "kms:EncryptionContext:SecretARN", values: [props.secretArnPattern] },
      ],
    },
    ...(database.superuserSecretKeyArn
      ? [
          {
            sid: "DecryptSuperuser",
            actions: ["kms:Decrypt"],
            resources: [database.superuserSecretKeyArn],
            condition: [
              throughSecretsManager,
              {
                test: "StringEquals",
                variable: "kms:EncryptionContext:SecretARN",
                values: [database.superuserSecretArn],
              },
            ],
          },
        ]
      : []),
  ];
}
