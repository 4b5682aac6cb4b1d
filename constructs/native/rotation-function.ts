import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { type PasswordSettings, rotationVariables } from "../../lambda/rotation/contract/variables";
import type { Database } from "../contracts/database";
import { fromNetwork } from "../contracts/network";
import { ofSecrets } from "../encryption/via-service";
import { packagedFile } from "../functions/packaged-file";
import { PrivateFunction, type PrivateFunctionProps } from "../functions/private-function";

export interface RotationFunctionProps
  extends Pick<
    PrivateFunctionProps,
    | "host"
    | "name"
    | "runtime"
    | "timeoutSeconds"
    | "memoryMegabytes"
    | "reservedConcurrency"
    | "codeSigningConfigArn"
  > {
  readonly database: Database;
  /** @default - 32 characters, see {@link PasswordSettings} */
  readonly passwords?: PasswordSettings;
  /** See {@link SecretsEndpoint.variables}. */
  readonly endpointVariables: Readonly<Record<string, string>>;
  /** ARN pattern of the secrets that the function rotates. */
  readonly secretArnPattern: string;
  /** Key of those secrets. */
  readonly secretsKeyArn: string;
  /**
   * Zip file of the function.
   *
   * @default - the one that comes with this package
   */
  readonly code?: string;
}

/** The function that Secrets Manager calls to change passwords: one for all secrets of a database. */
export class RotationFunction extends Construct {
  readonly function: PrivateFunction;
  readonly roleArn: string;
  /** What must exist before Secrets Manager may call the function. */
  readonly readyToRotate: ITerraformDependable[];

  constructor(scope: Construct, id: string, props: RotationFunctionProps) {
    super(scope, id);
    const { database, passwords, endpointVariables, code = packagedFile("dist/lambda/rotation.zip") } = props;
    const rotation = new PrivateFunction(this, "Function", {
      ...props,
      code,
      runtime: props.runtime ?? "nodejs24.x",
      timeoutSeconds: props.timeoutSeconds ?? 60,
      description: "Changes database passwords for AWS Secrets Manager",
      variables: {
        ...rotationVariables(database, withoutTemplates(passwords)),
        ...endpointVariables,
      },
    });
    this.function = rotation;
    this.roleArn = rotation.role.arn;
    this.readyToRotate = [
      rotation.allow(
        "Rotation",
        statements(props, props.host.account.arn("lambda", `function:${rotation.name}`)),
      ),
      this.permitSecretsManager(props, rotation),
    ];
  }

  private permitSecretsManager({ host }: RotationFunctionProps, rotation: PrivateFunction): LambdaPermission {
    return new LambdaPermission(this, "Permission", {
      statementId: "secrets-manager",
      action: "lambda:InvokeFunction",
      functionName: rotation.functionArn,
      principal: "secretsmanager.amazonaws.com",
      sourceAccount: host.account.id,
    });
  }
}

/** Terraform reads `${` and `%{` in a string as the start of a template. */
function withoutTemplates(passwords: PasswordSettings = {}): PasswordSettings {
  const excludeCharacters = passwords.excludeCharacters?.replace(/[$%](?=\{)/g, (sign) => sign + sign);
  return { ...passwords, excludeCharacters };
}

function statements(props: RotationFunctionProps, functionArn: string) {
  const { host, database } = props;
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
        fromNetwork(host.network),
      ],
    },
    {
      sid: "ReadSuperuser",
      actions: ["secretsmanager:GetSecretValue"],
      resources: [database.superuserSecretArn],
      condition: [fromNetwork(host.network)],
    },
    {
      sid: "UseSecretsKey",
      actions: ["kms:Decrypt", "kms:GenerateDataKey"],
      resources: [props.secretsKeyArn],
      condition: ofSecrets(host.account, [props.secretArnPattern], "ArnLike"),
    },
    ...(database.superuserSecretKeyArn
      ? [
          {
            sid: "DecryptSuperuser",
            actions: ["kms:Decrypt"],
            resources: [database.superuserSecretKeyArn],
            condition: ofSecrets(host.account, [database.superuserSecretArn]),
          },
        ]
      : []),
  ];
}
