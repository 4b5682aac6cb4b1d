import { AuthBackend } from "@cdktf/provider-vault/lib/auth-backend";
import { AwsAuthBackendClient } from "@cdktf/provider-vault/lib/aws-auth-backend-client";
import { AwsAuthBackendRole } from "@cdktf/provider-vault/lib/aws-auth-backend-role";
import { QuotaRateLimit } from "@cdktf/provider-vault/lib/quota-rate-limit";
import { dependable } from "cdktf";
import { Construct } from "constructs";
import type { SecretConsumer } from "../../contracts/secret-backend";
import { TerraformData } from "../../terraform/terraform-data";
import { type AccessKey, applyAccessKey } from "./access-key";

export interface AwsAuthProps {
  /** Mount path of the AWS auth method. */
  readonly mount: string;
  /** Value of X-Vault-AWS-IAM-Server-ID, which a login has to sign: one made for another Vault is no use here. */
  readonly serverId: string;
  /** Region in which logins are signed and checked. */
  readonly stsRegion: string;
  /** Where Vault has logins checked. */
  readonly stsEndpoint: string;
  /**
   * Match logins by the unique id of the role, which another role of the same name does not have. Vault calls
   * iam:GetRole for it. Otherwise by ARN, which Vault compares without asking AWS.
   */
  readonly resolveUniqueIds: boolean;
  /**
   * Where Vault looks unique ids up.
   *
   * @default - IAM
   */
  readonly iamEndpoint?: string;
  /** @default - Vault has credentials of its own, or needs none */
  readonly accessKey?: AccessKey;
  readonly tokenType: "batch" | "service";
  readonly tokenTtlSeconds: number;
  /**
   * IPv4 CIDR blocks from which tokens may be used; empty for any.
   *
   * @default - those of the function
   */
  readonly boundCidrs?: readonly string[];
  /** @default - no limit of ours */
  readonly loginsPerSecond?: number;
}

/** AWS auth method: Vault knows a function by its IAM role (Vault documentation, "AWS auth method"). */
export class AwsAuth extends Construct {
  private readonly client: AwsAuthBackendClient;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AwsAuthProps,
  ) {
    super(scope, id);
    const mount = new AuthBackend(this, "Mount", {
      type: "aws",
      path: props.mount,
      description: "Lambda functions by their IAM role",
    });
    this.client = new AwsAuthBackendClient(this, "Client", {
      backend: mount.path,
      stsEndpoint: props.stsEndpoint,
      stsRegion: props.stsRegion,
      iamEndpoint: props.iamEndpoint,
      iamServerIdHeaderValue: props.serverId,
    });
    if (props.accessKey) applyAccessKey(this, this.client, props.accessKey);
    if (props.loginsPerSecond) this.limitLogins(mount.path, props.loginsPerSecond);
  }

  /**
   * Prefixes a name with the mount's path: policies and quotas are global in Vault, and two environments would
   * overwrite each other's. Vault has no two methods at one path.
   */
  qualified(name: string): string {
    return `${this.props.mount.replaceAll("/", "-")}-${name}`;
  }

  /** Lets a function log in, for the token policies named. */
  admit(consumer: SecretConsumer, policies: string[]): void {
    const { resolveUniqueIds, tokenType, tokenTtlSeconds, boundCidrs = consumer.cidrs } = this.props;
    const { name, arn, uniqueId } = consumer.role;
    // The ARN stays the same when the role is made again; Vault would go on waiting for the old one.
    const identity = resolveUniqueIds
      ? new TerraformData(this, `Identity-${name}`, { input: uniqueId })
      : undefined;
    new AwsAuthBackendRole(this, `Role-${name}`, {
      backend: this.client.backend,
      role: name,
      authType: "iam",
      boundIamPrincipalArns: [arn],
      resolveAwsUniqueIds: resolveUniqueIds,
      tokenType,
      tokenTtl: tokenTtlSeconds,
      tokenMaxTtl: tokenTtlSeconds,
      tokenBoundCidrs: boundCidrs.length > 0 ? [...boundCidrs] : undefined,
      tokenPolicies: policies,
      // It lets a token renew itself, which the extension tries with service tokens.
      tokenNoDefaultPolicy: tokenType === "batch",
      // Bare: a reference in braces, which CDKTF would write, is refused here.
      lifecycle: identity && { replaceTriggeredBy: [dependable(identity)] },
    });
  }

  /** By path only: with a role, too, Vault would have each login checked twice. */
  private limitLogins(mountPath: string, rate: number): void {
    new QuotaRateLimit(this, "LoginLimit", {
      name: this.qualified("logins"),
      path: `auth/${mountPath}/login`,
      rate,
    });
  }
}
