import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { Construct } from "constructs";
import type { Account } from "../account";
import type { Network } from "../network/network";
import type { ConsumerRole, SecretConsumer } from "../secret-backend";
import type { Architecture } from "./architecture";
import { executionStatements } from "./execution-policy";
import { FunctionBundle } from "./function-bundle";

export interface PrivateFunctionProps {
  readonly account: Account;
  readonly name: string;
  readonly description: string;
  /** Zip file whose `index.handler` is called. */
  readonly zipFile: string;
  /** Lambda runtime identifier. */
  readonly runtime: string;
  /** @default "arm64" */
  readonly architecture?: Architecture;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly network: Network;
  readonly securityGroupId: string;
  readonly logsKeyArn: string;
  readonly logRetentionDays: number;
  /** Names and addresses only; secrets are read at run time. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A Lambda function in private subnets, with a role of its own that can do no more than run and write its log. */
export class PrivateFunction extends Construct implements SecretConsumer {
  readonly name: string;
  readonly arn: string;
  readonly architecture: Architecture;
  readonly role: ConsumerRole;
  private readonly iamRole: IamRole;
  private readonly resource: LambdaFunction;
  private readonly environment: Record<string, string>;
  private readonly layers = new Set<string>();

  constructor(scope: Construct, id: string, props: PrivateFunctionProps) {
    super(scope, id);

    this.name = props.name;
    this.arn = props.account.arn("lambda", `function:${props.name}`);
    this.architecture = props.architecture ?? "arm64";
    this.environment = { ...props.environment };
    const logGroup = new CloudwatchLogGroup(this, "LogGroup", {
      name: `/aws/lambda/${props.name}`,
      kmsKeyId: props.logsKeyArn,
      retentionInDays: props.logRetentionDays,
    });
    this.iamRole = this.executionRole(props);
    this.role = { name: props.name, arn: props.account.roleArn(props.name), uniqueId: this.iamRole.uniqueId };
    const execution = this.allow("Execution", executionStatements(this.arn, logGroup.arn));
    this.resource = this.addFunction(props, [logGroup, execution]);
  }

  /** Adds statements to the function's role. Depend on the result where the function must be able to use them. */
  allow(id: string, statement: DataAwsIamPolicyDocumentStatement[]): IamRolePolicy {
    const document = new DataAwsIamPolicyDocument(this, `${id}Document`, { statement });
    return new IamRolePolicy(this, `${id}Policy`, {
      name: id.toLowerCase(),
      role: this.iamRole.name,
      policy: document.json,
    });
  }

  addEnvironment(variables: Readonly<Record<string, string>>): void {
    Object.assign(this.environment, variables);
    this.resource.putEnvironment({ variables: this.environment });
  }

  addLayer(arn: string): void {
    this.layers.add(arn);
    this.resource.layers = [...this.layers];
  }

  /** ARN that Terraform knows after the function exists. */
  get createdArn(): string {
    return this.resource.arn;
  }

  private executionRole({ name }: PrivateFunctionProps): IamRole {
    const trust = new DataAwsIamPolicyDocument(this, "Trust", {
      statement: [
        {
          actions: ["sts:AssumeRole"],
          principals: [{ type: "Service", identifiers: ["lambda.amazonaws.com"] }],
        },
      ],
    });
    return new IamRole(this, "Role", { name, assumeRolePolicy: trust.json });
  }

  /** The role's policy outlives the function, because Lambda removes its network interfaces with it afterwards. */
  private addFunction(
    props: PrivateFunctionProps,
    dependsOn: [CloudwatchLogGroup, IamRolePolicy],
  ): LambdaFunction {
    const bundle = new FunctionBundle(this, "Bundle", props.zipFile);
    return new LambdaFunction(this, "Resource", {
      functionName: props.name,
      description: props.description,
      filename: bundle.path,
      sourceCodeHash: bundle.sourceCodeHash,
      handler: "index.handler",
      runtime: props.runtime,
      architectures: [this.architecture],
      timeout: props.timeoutSeconds,
      memorySize: props.memoryMegabytes,
      role: this.iamRole.arn,
      vpcConfig: { subnetIds: props.network.subnetIds, securityGroupIds: [props.securityGroupId] },
      environment: { variables: this.environment },
      tracingConfig: { mode: "PassThrough" },
      dependsOn,
    });
  }
}
