import { Construct } from "constructs";
import { QUOTAS } from "../../lambda/quota-monitor/contract/metrics";
import { quotaVariables } from "../../lambda/quota-monitor/contract/variables";
import { AccountFunction } from "../functions/account-function";
import type { FunctionBaseProps } from "../functions/function-base";
import { packagedFile } from "../functions/packaged-file";

export interface QuotaMonitorProps
  extends Pick<FunctionBaseProps, "host" | "runtime" | "codeSigningConfigArn"> {
  /**
   * Zip file of the function.
   *
   * @default - the one that comes with this package
   */
  readonly code?: string;
}

/**
 * Publishes how much is used of the quotas that endpoints and functions in a VPC need. It is outside the VPC: inside,
 * it would need endpoints of its own for EC2 and Service Quotas.
 */
export class QuotaMonitor extends Construct {
  readonly function: AccountFunction;

  constructor(scope: Construct, id: string, props: QuotaMonitorProps) {
    super(scope, id);
    const { host } = props;
    this.function = new AccountFunction(this, "Function", {
      ...props,
      code: props.code ?? packagedFile("dist/lambda/quota-monitor.zip"),
      name: "quota-monitor",
      description: "Publishes how much is used of the quotas of endpoints and network interfaces",
      runtime: props.runtime ?? "nodejs24.x",
      timeoutSeconds: 120,
      variables: quotaVariables({ environment: host.namePrefix, vpcId: host.network.vpcId }),
    });
    const quotaArn = ({ serviceCode, quotaCode }: { serviceCode: string; quotaCode: string }) =>
      host.account.arn("servicequotas", `${serviceCode}/${quotaCode}`);
    this.function.allow("ReadQuotas", [
      // Neither call can be held to resources (Service Authorization Reference, "Amazon EC2").
      {
        sid: "CountWhatIsUsed",
        actions: ["ec2:DescribeNetworkInterfaces", "ec2:DescribeVpcEndpoints"],
        resources: ["*"],
      },
      {
        sid: "ReadLimits",
        actions: ["servicequotas:GetServiceQuota"],
        resources: Object.values(QUOTAS).map(quotaArn),
      },
      // Defaults belong to no account.
      { sid: "ReadDefaults", actions: ["servicequotas:GetAWSDefaultServiceQuota"], resources: ["*"] },
    ]);
  }
}
