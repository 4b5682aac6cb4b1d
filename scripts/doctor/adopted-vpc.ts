import { loadEnvironment } from "../../constructs/environment";
import type { Finding } from "./checks";

/** What only the owner of a VPC can switch on, for the environment that ENVIRONMENT names, if it adopts one. */
export function adoptedVpc(root: string, variables: NodeJS.ProcessEnv = process.env): readonly Finding[] {
  if (!variables.ENVIRONMENT) return [];
  const name = "Adopted VPC";
  try {
    const { network } = loadEnvironment(undefined, { root, variables });
    if (network.kind !== "adopted") return [];
    const fix =
      `It publishes how many addresses it uses after: aws ec2 modify-vpc-attribute --vpc-id ${network.vpcId} ` +
      "--enable-network-address-usage-metrics";
    return [{ name, status: "ok", detail: `${network.vpcId} is yours`, fix }];
  } catch (error) {
    const fix = "npm run synth says all that is wrong.";
    return [{ name, status: "warning", detail: (error as Error).message.replaceAll(/\s+/g, " "), fix }];
  }
}
