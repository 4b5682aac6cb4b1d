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
  /**
   * Whether the endpoint is to answer for Secrets Manager in the whole VPC. It admits only the functions and secrets
   * named here, so not in a VPC that others use too: functions then need {@link SecretsEndpoint.environment}.
   */
  readonly privateDns: boolean;
}

interface SecretsPath {
  readonly securityGroupId: string;
  readonly needed: ITerraformDependable[];
  readonly environment: Readonly<Record<string, string>>;
}

/** The way from functions in the VPC to Secrets Manager: an interface endpoint and TCP 443 to it. */
export class SecretsEndpoint extends Construct {
  /** What must exist before a function can reach Secrets Manager. */
  readonly reachability: ITerraformDependable[];
  /** What a function has to know to use the endpoint; read by every AWS SDK. */
  readonly environment: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, props: SecretsEndpointProps) {
    super(scope, id);
    const { securityGroupId, needed, environment }: SecretsPath = props.existingSecurityGroupId
      ? { securityGroupId: props.existingSecurityGroupId, needed: [], environment: {} }
      : this.addEndpoint(props);
    const traffic = new AllowedTraffic(this, "FromLambda", {
      fromSecurityGroupId: props.lambdaSecurityGroupId,
      toSecurityGroupId: securityGroupId,
      port: 443,
      description: "Lambda functions read and rotate secrets",
    });
    this.reachability = [...needed, ...traffic.rules];
    this.environment = environment;
  }

  private addEndpoint(props: SecretsEndpointProps): SecretsPath {
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
      privateDns: props.privateDns,
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
    return {
      securityGroupId: securityGroup.id,
      needed: [endpoint.resource],
      environment: props.privateDns ? {} : { AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint.url },
    };
  }
}
