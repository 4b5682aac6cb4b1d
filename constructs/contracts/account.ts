/** When the list below was compared with its source. */
export const CHINA_NAMES_READ = "2026-11-28";

/** Services that an endpoint in China has another name of (AWS CDK 2.276, VPC_ENDPOINT_SERVICE_EXCEPTIONS). */
const PREFIXED_IN_CHINA: readonly string[] = ["monitoring", "sts"];

/** The AWS account and region of an environment, and the names that follow from them. */
export class Account {
  constructor(
    readonly id: string,
    readonly region: string,
  ) {}

  /** ARN partition (AWS General Reference, "Amazon Resource Names"). */
  get partition(): string {
    if (this.region.startsWith("cn-")) return "aws-cn";
    return this.region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
  }

  /** Host name under which the account's principals reach a service; the value of `kms:ViaService`. */
  serviceHost(service: string): string {
    return `${service}.${this.regionDomain}`;
  }

  /** What the host names of the region's services end in. */
  get regionDomain(): string {
    return `${this.region}.${this.domain}`;
  }

  /**
   * What the names that a VPC looks up end in: of services, of databases (Amazon Aurora User Guide, "Aurora endpoint
   * connections"; in China they are below the first) and of interface endpoints (AWS PrivateLink Guide, "DNS
   * hostnames").
   */
  get lookedUpDomains(): readonly string[] {
    return [
      this.regionDomain,
      ...["rds", "vpce"].map((service) => `${this.region}.${service}.${this.domain}`),
    ];
  }

  private get domain(): string {
    return this.partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  }

  /** Name of a service for an endpoint. */
  endpointService(service: string): string {
    const prefix = this.partition === "aws-cn" && PREFIXED_IN_CHINA.includes(service) ? "cn." : "";
    return `${prefix}com.amazonaws.${this.region}.${service}`;
  }

  /** ARN of a resource in this account and region. */
  arn(service: string, resource: string): string {
    return `arn:${this.partition}:${service}:${this.region}:${this.id}:${resource}`;
  }

  /** ARN of a role of this account. */
  roleArn(name: string): string {
    return `arn:${this.partition}:iam::${this.id}:role/${name}`;
  }

  /** ARN of a policy that AWS manages. */
  managedPolicyArn(name: string): string {
    return `arn:${this.partition}:iam::aws:policy/${name}`;
  }

  get rootArn(): string {
    return `arn:${this.partition}:iam::${this.id}:root`;
  }
}
