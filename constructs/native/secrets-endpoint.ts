import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Account } from "../account";
import { InterfaceEndpoint } from "../network/interface-endpoint";
import type { Network } from "../network/network";
import { AllowedTraffic, SecurityGroup } from "../network/security-group";

export interface SecretsEndpointProps {
  readonly account: Account;
  readonly name: string;
  readonly network: Network;
  /** Security group of the functions that use the endpoint. */
  readonly lambdaSecurityGroupId: string;
  /** ARN patterns of the secrets that may be used through the endpoint. */
  readonly secretArns: readonly string[];
  /**
   * Security group of an interface endpoint that the VPC has already; only a rule is added to it.
   *
   * @default - an endpoint is created
   */
  readonly existingSecurityGroupId?: string;
}

/** The way from functions in the VPC to Secrets Manager: an interface endpoint and TCP 443 to it. */
export class SecretsEndpoint extends Construct {
  /** What must exist before a function can reach Secrets Manager. */
  readonly path: ITerraformDependable[];

  constructor(scope: Construct, id: string, props: SecretsEndpointProps) {
    super(scope, id);
    const { securityGroupId, needed } = props.existingSecurityGroupId
      ? { securityGroupId: props.existingSecurityGroupId, needed: [] }
      : this.addEndpoint(props);
    const traffic = new AllowedTraffic(this, "FromLambda", {
      fromSecurityGroupId: props.lambdaSecurityGroupId,
      toSecurityGroupId: securityGroupId,
      port: 443,
      description: "Lambda functions read and rotate secrets",
    });
    this.path = [...needed, ...traffic.rules];
  }

  private addEndpoint(props: SecretsEndpointProps): {
    securityGroupId: string;
    needed: ITerraformDependable[];
  } {
    const securityGroup = new SecurityGroup(this, "SecurityGroup", {
      name: `${props.name}-endpoint`,
      vpcId: props.network.vpcId,
      description: "Secrets Manager interface endpoint",
    });
    const endpoint = new InterfaceEndpoint(this, "Endpoint", {
      account: props.account,
      name: `${props.name}-secretsmanager`,
      service: "secretsmanager",
      network: props.network,
      securityGroupId: securityGroup.id,
      policy: [
        {
          sid: "Secrets",
          actions: [
            "secretsmanager:DescribeSecret",
            "secretsmanager:GetSecretValue",
            "secretsmanager:PutSecretValue",
            "secretsmanager:UpdateSecretVersionStage",
          ],
          resources: [...props.secretArns],
        },
        { sid: "RandomPassword", actions: ["secretsmanager:GetRandomPassword"], resources: ["*"] },
      ],
    });
    return { securityGroupId: securityGroup.id, needed: [endpoint.resource] };
  }
}
