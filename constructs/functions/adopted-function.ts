import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { DataAwsIamRole } from "@cdktf/provider-aws/lib/data-aws-iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Lazy, Token } from "cdktf";
import { Construct } from "constructs";
import type { Architecture } from "../contracts/architecture";
import { ConstructError } from "../contracts/construct-error";
import type { FunctionHost } from "../contracts/function-host";
import type { ConsumerRole, SecretConsumer } from "../contracts/secret-backend";

export interface AdoptedFunctionProps {
  /** The environment whose secrets the function reads, for example `platform.functions`. */
  readonly host: Pick<FunctionHost, "account" | "namePrefix" | "network">;
  /** Name of the function's IAM role, which gets an inline policy: without a path, and no reference to a resource. */
  readonly roleName: string;
  /** Security group of the function, which gets rules. */
  readonly securityGroupId: string;
  /**
   * IPv4 CIDR blocks of the function's subnets, to which its Vault tokens are bound.
   *
   * @default - the VPC's
   */
  readonly cidrs?: readonly string[];
  /** @default "arm64" */
  readonly architecture?: Architecture;
}

/**
 * A function in the VPC that exists already and that somebody else deploys. `grantRead` adds to its role and its
 * security group; its owner sets {@link variables} and {@link layers}.
 */
export class AdoptedFunction extends Construct implements SecretConsumer {
  readonly architecture: Architecture;
  readonly namePrefix: string;
  readonly securityGroupId: string;
  readonly role: ConsumerRole;
  /** The environment variables that the function needs. */
  readonly variables: Readonly<Record<string, string>>;
  /** ARNs of the layers that the function needs. */
  readonly layers: string[];
  private readonly added = { variables: {} as Record<string, string>, layers: new Set<string>() };

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AdoptedFunctionProps,
  ) {
    super(scope, id);
    const { host, roleName, securityGroupId, architecture } = props;
    this.refuseUnknownRole(roleName);
    this.architecture = architecture ?? "arm64";
    this.namePrefix = host.namePrefix;
    this.securityGroupId = securityGroupId;
    const lookUp = (): string =>
      (
        (this.node.tryFindChild("Role") as DataAwsIamRole | undefined) ??
        new DataAwsIamRole(this, "Role", { name: roleName })
      ).uniqueId;
    this.role = {
      name: roleName,
      arn: host.account.roleArn(roleName),
      get uniqueId() {
        return lookUp();
      },
    };
    this.variables = Token.asStringMap(Lazy.anyValue({ produce: () => this.added.variables }));
    this.layers = Lazy.listValue({ produce: () => [...this.added.layers] });
  }

  get cidrs(): readonly string[] {
    return this.props.cidrs ?? [this.props.host.network.addresses.vpc];
  }

  /**
   * The policy's name ends in the construct's address: two constructs may be for one role, whose policies are then two.
   */
  allow(id: string, statement: DataAwsIamPolicyDocumentStatement[]): IamRolePolicy {
    const document = new DataAwsIamPolicyDocument(this, `${id}Document`, { statement });
    return new IamRolePolicy(this, `${id}Policy`, {
      name: `${this.namePrefix}-${id.toLowerCase()}-${this.node.addr.slice(-8)}`,
      role: this.role.name,
      policy: document.json,
    });
  }

  addVariables(variables: Readonly<Record<string, string>>): void {
    Object.assign(this.added.variables, variables);
  }

  addLayer(arn: string): void {
    this.added.layers.add(arn);
  }

  private refuseUnknownRole(roleName: string): void {
    if (!Token.isUnresolved(roleName) && /^[\w+=,.@-]{1,64}$/.test(roleName)) return;
    throw new ConstructError(
      this,
      `\`roleName\` must be the name of a role, without a path, that is known before a deployment, got "${roleName}"`,
      "write the name as IAM shows it",
    );
  }
}
