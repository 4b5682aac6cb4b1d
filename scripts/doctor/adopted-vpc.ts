import { loadEnvironment } from "../../constructs/environment";
import type { Finding } from "./checks";

/** What only the owner of a VPC can switch on, for the environment that ENVIRONMENT names, if it adopts one. */
export function adoptedVpc(root: string, variables: NodeJS.ProcessEnv = process.env): readonly Finding[] {
  if (!variables.ENVIRONMENT) return [];
  const name = "Adopted VPC";
  try {
    const { network, region } = loadEnvironment(undefined, { root, variables });
    if (network.kind !== "adopted") return [];
    const detail = `whether ${network.vpcId} publishes how many addresses it uses does not show from here`;
    const fix =
      `It does after: aws ec2 modify-vpc-attribute --region ${region} --vpc-id ${network.vpcId} ` +
      "--enable-network-address-usage-metrics";
    return [{ name, status: "warning", detail, fix }];
  } catch (error) {
    const fix = "npm run synth says all that is wrong.";
    return [{ name, status: "warning", detail: (error as Error).message.replaceAll(/\s+/g, " "), fix }];
  }
}
