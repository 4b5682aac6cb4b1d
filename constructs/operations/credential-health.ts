import { LambdaFunctionEventInvokeConfig } from "@cdktf/provider-aws/lib/lambda-function-event-invoke-config";
import { Construct } from "constructs";
import { healthVariables } from "../../lambda/credential-health/contract/variables";
import type { Database } from "../contracts/database";
import { fromNetwork } from "../contracts/network";
import { ofSecrets } from "../encryption/via-service";
import { packagedFile } from "../functions/packaged-file";
import { PrivateFunction, type PrivateFunctionProps } from "../functions/private-function";
import { healthCheckName, RESULT } from "./credential-findings-pattern";

/** Secrets of Secrets Manager, and how the function gets at them. */
export interface HealthOfNative {
  /** ARN pattern of the environment's secrets. */
  readonly secretArnPattern: string;
  /** Key of those secrets. */
  readonly secretsKeyArn: string;
  /** ARN of the function that rotates those of the database. */
  readonly rotationFunctionArn: string;
}

export interface CredentialHealthProps
  extends Pick<PrivateFunctionProps, "host" | "runtime" | "codeSigningConfigArn"> {
  /** Name of the database in the environment. */
  readonly databaseName: string;
  readonly database: Database;
  /** Names of all its users' secrets: a check of others, or of fewer, is not complete. */
  readonly secrets: readonly string[];
  /** @default - its secrets are in Vault only */
  readonly native?: HealthOfNative;
  /**
   * Zip file of the function.
   *
   * @default - the one that comes with this package
   */
  readonly code?: string;
}

/**
 * A function that logs in with the secrets of one database as their readers do, and says what is wrong. It reads these
 * secrets and no others; it changes nothing.
 *
 * What it finds, it answers (`HealthReport`), and Lambda sends that on to the default event bus, as an event of the
 * detail type "Lambda Function Invocation Result - Success" (AWS Lambda Developer Guide, "Destinations").
 */
export class CredentialHealth extends Construct {
  readonly function: PrivateFunction;

  constructor(scope: Construct, id: string, props: CredentialHealthProps) {
    super(scope, id);
    const { host, database, databaseName, secrets, native } = props;
    this.function = new PrivateFunction(this, "Function", {
      ...props,
      code: props.code ?? packagedFile("dist/lambda/credential-health.zip"),
      name: healthCheckName(databaseName),
      description: "Logs in with the secrets of a database and says which no longer do",
      runtime: props.runtime ?? "nodejs24.x",
      timeoutSeconds: 300,
      memoryMegabytes: 512,
      variables: healthVariables({
        ...database,
        environment: host.namePrefix,
        database: databaseName,
        secrets,
      }),
    });
    if (native) this.function.allow("ReadSecrets", readStatements(props, native));
    this.reportFindings(props);
  }

  private reportFindings({ host: { account } }: CredentialHealthProps): void {
    const eventBusArn = account.arn("events", "event-bus/default");
    const permission = this.function.allow("ReportFindings", [
      {
        sid: "PutEvents",
        actions: ["events:PutEvents"],
        resources: [eventBusArn],
        // As Lambda sends them: the function cannot speak for others.
        condition: [
          { test: "StringEquals", variable: "events:source", values: [RESULT.source] },
          { test: "StringEquals", variable: "events:detail-type", values: [RESULT.detailType] },
        ],
      },
    ]);
    new LambdaFunctionEventInvokeConfig(this, "Report", {
      functionName: this.function.functionName,
      destinationConfig: { onSuccess: { destination: eventBusArn } },
      dependsOn: [permission],
    });
  }
}

/**
 * Of the secrets that the database's rotation function rotates: a function for another database cannot read them.
 * That a secret is missing shows only to who may describe one that has no rotation function.
 */
function readStatements({ host }: CredentialHealthProps, native: HealthOfNative) {
  const { secretArnPattern, secretsKeyArn, rotationFunctionArn } = native;
  return [
    {
      sid: "ReadSecretsOfDatabase",
      actions: ["secretsmanager:GetSecretValue"],
      resources: [secretArnPattern],
      condition: [
        {
          test: "ArnEquals",
          variable: "secretsmanager:resource/AllowRotationLambdaArn",
          values: [rotationFunctionArn],
        },
        fromNetwork(host.network),
      ],
    },
    {
      sid: "DescribeSecrets",
      actions: ["secretsmanager:DescribeSecret", "secretsmanager:ListSecretVersionIds"],
      resources: [secretArnPattern],
      condition: [fromNetwork(host.network)],
    },
    {
      sid: "DecryptSecrets",
      actions: ["kms:Decrypt"],
      resources: [secretsKeyArn],
      condition: ofSecrets(host.account, [secretArnPattern], "ArnLike"),
    },
  ];
}
