import type { Architecture } from "../contracts/architecture";

/**
 * Publisher of the AWS Parameters and Secrets Lambda Extension and its arm64 layer version, by region, for release
 * 1.0.103 (region-info of aws-cdk-lib 2.276.0, read 2026-11-22). Its x86_64 layer has version 4 in all of them.
 */
const PUBLISHERS: Readonly<Record<string, readonly [account: string, arm64?: number]>> = {
  "af-south-1": ["317013901791", 1],
  "ap-east-1": ["768336418462", 1],
  "ap-northeast-1": ["133490724326", 4],
  "ap-northeast-2": ["738900069198", 1],
  "ap-northeast-3": ["576959938190"],
  "ap-south-1": ["176022468876", 4],
  "ap-southeast-1": ["044395824272", 4],
  "ap-southeast-2": ["665172237481", 4],
  "ap-southeast-3": ["490737872127", 1],
  "ca-central-1": ["200266452380", 1],
  "cn-north-1": ["287114880934"],
  "cn-northwest-1": ["287310001119"],
  "eu-central-1": ["187925254637", 4],
  "eu-north-1": ["427196147048", 1],
  "eu-south-1": ["325218067255", 1],
  "eu-west-1": ["015030872274", 4],
  "eu-west-2": ["133256977650", 4],
  "eu-west-3": ["780235371811", 1],
  "me-central-1": ["858974508948"],
  "me-south-1": ["832021897121", 1],
  "sa-east-1": ["933737806257", 1],
  "us-east-1": ["177933569100", 4],
  "us-east-2": ["590474943231", 4],
  "us-gov-east-1": ["129776340158"],
  "us-gov-west-1": ["127562683043"],
  "us-west-1": ["997803712105", 1],
  "us-west-2": ["345057560386", 4],
};
const X86_64_VERSION = 4;

/** ARN of AWS's layer with the Parameters and Secrets extension; undefined where this table has none. */
export function secretsExtensionLayerArn(
  partition: string,
  region: string,
  architecture: Architecture,
): string | undefined {
  const [account, arm64] = PUBLISHERS[region] ?? [];
  const version = architecture === "arm64" ? arm64 : X86_64_VERSION;
  if (!account || !version) return undefined;
  const suffix = architecture === "arm64" ? "-Arm64" : "";
  return `arn:${partition}:lambda:${region}:${account}:layer:AWS-Parameters-and-Secrets-Lambda-Extension${suffix}:${version}`;
}
