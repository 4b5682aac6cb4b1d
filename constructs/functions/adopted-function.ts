import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { DataAwsIamRole } from "@cdktf/provider-aws/lib/data-aws-iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Lazy } from "cdktf";
import { Construct } from "constructs";
import type { Architecture } from "../contracts/architecture";
import type { FunctionHost } from "../contracts/function-host";
import type { ConsumerRole, NetworkServer, SecretConsumer } from "../contracts/secret-backend";
import { AllowedEgress, AllowedTraffic } from "../network/security-group";

export interface AdoptedFunctionProps {
  readonly host: Pick<FunctionHost, "account" | "namePrefix">;
  /** Name of the function's IAM role, which gets an inline policy. */
  readonly roleName: string;
  /** Security group of the function, which gets rules. */
  readonly securityGroupId: string;
  /** @default "arm64" */
  readonly architecture?: Architecture;
}

/**
 * A function in the VPC that exists already and that somebody else deploys. `grantRead` adds to its role and its security
 * group; its owner sets {@link variables} and {@link layers}.
 */
export class AdoptedFunction extends Construct implements SecretConsumer {
  readonly architecture: Architecture;
  readonly role: ConsumerRole;
  /** The environment variables that the function needs, complete once the stack is synthesized. */
  readonly variables: Record<string, string> = {};
  /** ARNs of the layers that the function needs, complete once the stack is synthesized. */
  readonly layers: string[];
  private readonly layerArns = new Set<string>();
  private readonly reachable = new Set<string>();

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AdoptedFunctionProps,
  ) {
    super(scope, id);
    const { host, roleName, architecture } = props;
    this.architecture = architecture ?? "arm64";
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
    this.layers = Lazy.listValue({ produce: () => [...this.layerArns] });
  }

  allow(id: string, statement: DataAwsIamPolicyDocumentStatement[]): IamRolePolicy {
    const document = new DataAwsIamPolicyDocument(this, `${id}Document`, { statement });
    return new IamRolePolicy(this, `${id}Policy`, {
      name: `${this.props.host.namePrefix}-${id.toLowerCase()}`,
      role: this.role.name,
      policy: document.json,
    });
  }

  addVariables(variables: Readonly<Record<string, string>>): void {
    Object.assign(this.variables, variables);
  }

  addLayer(arn: string): void {
    this.layerArns.add(arn);
  }

  allowConnection(server: NetworkServer): void {
    if (this.reachable.has(server.id)) return;
    this.reachable.add(server.id);
    const { securityGroupId: fromSecurityGroupId } = this.props;
    const rule = { fromSecurityGroupId, port: server.port, description: `${this.role.name} connects` };
    if ("cidr" in server) new AllowedEgress(this, server.id, { ...rule, toCidr: server.cidr });
    else new AllowedTraffic(this, server.id, { ...rule, toSecurityGroupId: server.securityGroupId });
  }
}
