import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LambdaFunction, type LambdaFunctionVpcConfig } from "@cdktf/provider-aws/lib/lambda-function";
import { Annotations, dependable } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { serviceRole } from "../access/service-role";
import type { Architecture } from "../contracts/architecture";
import { ConstructError } from "../contracts/construct-error";
import type { FunctionHost } from "../contracts/function-host";
import type { ConsumerRole } from "../contracts/secret-backend";
import { logGroup } from "../storage/log-group";
import { TerraformData } from "../terraform/terraform-data";
import { attachStatements, writeLogStatement } from "./execution-policy";
import { FunctionCode } from "./function-code";
import { runtimeWarning } from "./runtime-warning";

/** Of each app: its functions' names, and which construct has them. */
const NAMES = new WeakMap<IConstruct, Map<string, string>>();

export interface FunctionBaseProps {
  /** Where the function runs, for example `platform.functions`. */
  readonly host: FunctionHost;
  /**
   * A folder with `handler.ts` or `index.py`, from which the build makes `dist/<folder>.zip`; or a zip file whose
   * `index.handler` is called. Relative to the folder of `cdktf.json`.
   */
  readonly code: string;
  /**
   * Name behind the environment's prefix.
   *
   * @default - the last part of `code`
   */
  readonly name?: string;
  /** @default - "Reads secrets" */
  readonly description?: string;
  /**
   * Lambda runtime identifier.
   *
   * @default - nodejs24.x for a folder with `handler.ts`, python3.13 for one with `index.py`; a zip file has none
   */
  readonly runtime?: string;
  /** @default "arm64" */
  readonly architecture?: Architecture;
  /** @default 30 */
  readonly timeoutSeconds?: number;
  /** @default 256 */
  readonly memoryMegabytes?: number;
  /**
   * Environment variables. They are in plan and state: a secret is read at run time.
   *
   * @default - none but what `grantRead` adds
   */
  readonly variables?: Readonly<Record<string, string>>;
  /**
   * ARNs of layer versions.
   *
   * @default - none but what `grantRead` adds
   */
  readonly layers?: readonly string[];
  /**
   * Calls at the same time, at most, which are taken from what all functions of the account may have.
   *
   * @default - no limit of its own
   */
  readonly reservedConcurrency?: number;
  /**
   * ARN of a code signing configuration, which decides what becomes of code that is not signed.
   *
   * @default - none
   */
  readonly codeSigningConfigArn?: string;
}

/**
 * A Lambda function with a role of its own that can do no more than run and write its log, into an encrypted group that
 * forgets. Every function of an environment is one.
 */
export abstract class FunctionBase extends Construct {
  /** Name of the function and of its role, known without a deployment. */
  readonly name: string;
  readonly namePrefix: string;
  readonly architecture: Architecture;
  readonly role: ConsumerRole;
  /** What Terraform makes, for settings that the props do not have. */
  readonly resource: LambdaFunction;
  private readonly iamRole: IamRole;
  private readonly variables: Record<string, string>;
  private readonly layers: Set<string>;

  /**
   * @param vpcConfig where the function has network interfaces; undefined outside every VPC.
   * @throws Error if there is no such code, or the build has not made its zip file.
   */
  protected constructor(
    scope: Construct,
    id: string,
    props: FunctionBaseProps,
    private readonly vpcConfig?: LambdaFunctionVpcConfig,
  ) {
    super(scope, id);
    const { account, namePrefix } = props.host;
    const code = new FunctionCode(this, "Code", props);
    const warning = runtimeWarning(code.runtime);
    if (warning) Annotations.of(this).addWarning(warning);

    this.namePrefix = namePrefix;
    this.name = this.checkedName(`${namePrefix}-${props.name ?? code.name}`);
    this.architecture = props.architecture ?? "arm64";
    this.variables = { ...props.variables };
    this.layers = new Set(props.layers);
    const log = logGroup(this, "LogGroup", `/aws/lambda/${this.name}`, props.host);
    this.iamRole = serviceRole(this, { name: this.name, service: "lambda" });
    this.role = { name: this.name, arn: account.roleArn(this.name), uniqueId: this.iamRole.uniqueId };
    const execution = this.addPolicy("Execution", [
      writeLogStatement(log.arn),
      ...(vpcConfig ? attachStatements(account.arn("lambda", `function:${this.name}`)) : []),
    ]);
    this.resource = this.addFunction(props, code, [log, execution]);
  }

  /**
   * Adds statements to the function's role. The function is made and changed after them, so they cannot name its
   * {@link functionArn}.
   */
  allow(id: string, statement: DataAwsIamPolicyDocumentStatement[]): IamRolePolicy {
    const policy = this.addPolicy(id, statement);
    this.resource.dependsOn = [...(this.resource.dependsOn ?? []), dependable(policy)];
    return policy;
  }

  addVariables(variables: Readonly<Record<string, string>>): void {
    Object.assign(this.variables, variables);
    this.resource.putEnvironment({ variables: this.variables });
  }

  addLayer(arn: string): void {
    this.layers.add(arn);
    this.resource.layers = [...this.layers];
  }

  /** Name of the function for what has to wait until it exists. */
  get functionName(): string {
    return this.resource.functionName;
  }

  /** ARN of the function, for what has to wait until it exists. */
  get functionArn(): string {
    return this.resource.arn;
  }

  /** AWS Lambda API reference, "CreateFunction". The role has the same name. */
  private checkedName(name: string): string {
    if (!/^[\w-]{1,64}$/.test(name)) {
      const rule =
        "`name` must hold letters, digits, _ and - only, and 64 characters at most with the prefix";
      throw new ConstructError(this, `${rule}, got "${name}"`);
    }
    const inApp = NAMES.get(this.node.root) ?? new Map<string, string>();
    const other = inApp.get(name);
    if (other !== undefined)
      throw new ConstructError(
        this,
        `\`name\` must be no other function's, and ${name} is that of ${other}`,
        "name one of them otherwise, or leave one out",
      );
    NAMES.set(this.node.root, inApp.set(name, this.node.path));
    return name;
  }

  private addPolicy(id: string, statement: DataAwsIamPolicyDocumentStatement[]): IamRolePolicy {
    const document = new DataAwsIamPolicyDocument(this, `${id}Document`, { statement });
    return new IamRolePolicy(this, `${id}Policy`, {
      name: id.toLowerCase(),
      role: this.iamRole.name,
      policy: document.json,
    });
  }

  /** The role's policy outlives the function, because Lambda removes its network interfaces with it afterwards. */
  private addFunction(
    props: FunctionBaseProps,
    code: FunctionCode,
    dependsOn: [CloudwatchLogGroup, IamRolePolicy],
  ): LambdaFunction {
    return new LambdaFunction(this, "Resource", {
      functionName: this.name,
      description: props.description ?? "Reads secrets",
      filename: code.path,
      sourceCodeHash: code.sourceCodeHash,
      handler: "index.handler",
      runtime: code.runtime,
      architectures: [this.architecture],
      timeout: props.timeoutSeconds ?? 30,
      memorySize: props.memoryMegabytes ?? 256,
      role: this.iamRole.arn,
      vpcConfig: this.vpcConfig,
      environment: { variables: this.variables },
      layers: this.layers.size > 0 ? [...this.layers] : undefined,
      reservedConcurrentExecutions: props.reservedConcurrency,
      codeSigningConfigArn: props.codeSigningConfigArn,
      tracingConfig: { mode: "PassThrough" },
      dependsOn,
      lifecycle: { replaceTriggeredBy: [this.roleIdentity()] },
    });
  }

  /**
   * Lambda may decrypt the function's variables for the role that it was made with. A role that was deleted by hand and
   * is made again has the same name and ARN, so that Terraform would leave the function, which can start no more.
   * Terraform replaces it for a change of this only: a role that is made anew is none, in its eyes.
   */
  private roleIdentity(): string {
    const identity = new TerraformData(this, "RoleIdentity", { input: { uniqueId: this.iamRole.uniqueId } });
    // A reference of CDKTF's would be a template, which Terraform does not take here.
    return `${identity.terraformResourceType}.${identity.friendlyUniqueId}`;
  }
}
