import type { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { FunctionHost } from "../contracts/function-host";
import type { NetworkServer } from "../contracts/secret-backend";
import { InterfaceEndpoint } from "../network/interface-endpoint";
import { AllowedTraffic, SecurityGroup } from "../network/security-group";

export interface SecretsEndpointProps {
  /** The functions that use the endpoint. */
  readonly host: FunctionHost;
  /** ARN patterns of the secrets that may be used through the endpoint. */
  readonly secretArns: readonly string[];
  /**
   * Security group of an interface endpoint that the VPC has already; only a rule is added to it.
   *
   * @default - an endpoint is created
   */
  readonly existingSecurityGroupId?: string;
}

interface EndpointInUse {
  readonly created?: VpcEndpoint;
  readonly securityGroupId: string;
  readonly ready: ITerraformDependable[];
  readonly variables: Readonly<Record<string, string>>;
}

/** The way from functions in the VPC to Secrets Manager: an interface endpoint and TCP 443 to it. */
export class SecretsEndpoint extends Construct {
  readonly server: NetworkServer;
  /** The endpoint that was made. @default - the VPC has one of its own */
  readonly created?: VpcEndpoint;
  /** What must exist before a function can reach Secrets Manager. */
  readonly ready: ITerraformDependable[];
  /** Environment variables of a function that uses the endpoint; every AWS SDK reads them. */
  readonly variables: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, props: SecretsEndpointProps) {
    super(scope, id);
    const { created, securityGroupId, ready, variables }: EndpointInUse = props.existingSecurityGroupId
      ? { securityGroupId: props.existingSecurityGroupId, ready: [], variables: {} }
      : this.addEndpoint(props);
    const traffic = new AllowedTraffic(this, "FromLambda", {
      fromSecurityGroupId: props.host.securityGroupId,
      toSecurityGroupId: securityGroupId,
      port: 443,
      description: "Lambda functions read and rotate secrets",
    });
    this.server = { id: "SecretsEndpoint", port: 443, securityGroupId };
    this.created = created;
    this.ready = [...ready, ...traffic.rules];
    this.variables = variables;
  }

  private addEndpoint({ host, secretArns }: SecretsEndpointProps): EndpointInUse {
    const { account, namePrefix, network } = host;
    const securityGroup = new SecurityGroup(this, "SecurityGroup", {
      name: `${namePrefix}-endpoint`,
      vpcId: network.vpcId,
      description: "Secrets Manager interface endpoint",
    });
    const endpoint = new InterfaceEndpoint(this, "Endpoint", {
      account,
      name: `${namePrefix}-secretsmanager`,
      service: "secretsmanager",
      network,
      securityGroupId: securityGroup.id,
      policy: [
        {
          sid: "Secrets",
          actions: [
            "secretsmanager:DescribeSecret",
            "secretsmanager:GetSecretValue",
            "secretsmanager:ListSecretVersionIds",
            "secretsmanager:PutSecretValue",
            "secretsmanager:UpdateSecretVersionStage",
          ],
          resources: [...secretArns],
        },
      ],
    });
    return {
      created: endpoint.resource,
      securityGroupId: securityGroup.id,
      ready: [endpoint.resource],
      variables: endpoint.url ? { AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint.url } : {},
    };
  }
}
