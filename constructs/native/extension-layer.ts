import type { Architecture } from "../contracts/architecture";

/**
 * When AWS wrote the table below (AWS Systems Manager User Guide, "AWS Parameters and Secrets Lambda extension"). By
 * hand: what is published in a form to read, the facts of AWS CDK 2.269, has the same publishers, and none of these
 * versions: for ap-northeast-2 it has 4 and 1.
 */
export const SECRETS_EXTENSION_TABLE_READ = "2026-07-28";

/** Publisher of the AWS Parameters and Secrets Lambda Extension and its layer versions, by region. */
const LAYERS: Readonly<Record<string, readonly [account: string, x86_64: number, arm64: number]>> = {
  "af-south-1": ["317013901791", 100, 97],
  "ap-east-1": ["768336418462", 97, 94],
  "ap-east-2": ["890742577149", 69, 65],
  "ap-northeast-1": ["133490724326", 100, 100],
  "ap-northeast-2": ["738900069198", 99, 96],
  "ap-northeast-3": ["576959938190", 94, 91],
  "ap-south-1": ["176022468876", 95, 95],
  "ap-south-2": ["070087711984", 91, 83],
  "ap-southeast-1": ["044395824272", 101, 101],
  "ap-southeast-2": ["665172237481", 105, 105],
  "ap-southeast-3": ["490737872127", 94, 91],
  "ap-southeast-4": ["090732460067", 84, 83],
  "ap-southeast-5": ["381492012281", 83, 83],
  "ap-southeast-6": ["995508174458", 78, 76],
  "ap-southeast-7": ["941377119484", 84, 83],
  "ca-central-1": ["200266452380", 107, 104],
  "ca-west-1": ["243964427225", 71, 70],
  "cn-north-1": ["287114880934", 100, 89],
  "cn-northwest-1": ["287310001119", 94, 83],
  "eu-central-1": ["187925254637", 101, 101],
  "eu-central-2": ["772501565639", 78, 70],
  "eu-north-1": ["427196147048", 95, 92],
  "eu-south-1": ["325218067255", 95, 92],
  "eu-south-2": ["524103009944", 90, 82],
  "eu-west-1": ["015030872274", 101, 101],
  "eu-west-2": ["133256977650", 99, 99],
  "eu-west-3": ["780235371811", 98, 95],
  "il-central-1": ["148806536434", 71, 70],
  "me-central-1": ["858974508948", 60, 49],
  "me-south-1": ["832021897121", 58, 55],
  "mx-central-1": ["241533131596", 68, 67],
  "sa-east-1": ["933737806257", 103, 100],
  "us-east-1": ["177933569100", 99, 99],
  "us-east-2": ["590474943231", 109, 109],
  "us-gov-east-1": ["129776340158", 95, 84],
  "us-gov-west-1": ["127562683043", 98, 87],
  "us-west-1": ["997803712105", 96, 93],
  "us-west-2": ["345057560386", 99, 99],
};

/** ARN of AWS's layer with the Parameters and Secrets extension; undefined where this table has none. */
export function secretsExtensionLayerArn(
  partition: string,
  region: string,
  architecture: Architecture,
): string | undefined {
  const layer = LAYERS[region];
  if (!layer) return undefined;
  const [account, x86, arm64] = layer;
  const [suffix, version] = architecture === "arm64" ? ["-Arm64", arm64] : ["", x86];
  const name = `AWS-Parameters-and-Secrets-Lambda-Extension${suffix}`;
  return `arn:${partition}:lambda:${region}:${account}:layer:${name}:${version}`;
}

/** Name of the public parameter that always has the newest ARN of the region. */
export function newestLayerParameter(architecture: Architecture): string {
  const name = architecture === "arm64" ? "arm64" : "x86";
  return `/aws/service/aws-parameters-and-secrets-lambda-extension/${name}/latest`;
}
