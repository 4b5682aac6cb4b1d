import type { Construct } from "constructs";
import type { Network } from "../contracts/network";
import type { SecretConsumer } from "../contracts/secret-backend";
import { FunctionBase, type FunctionBaseProps } from "./function-base";

export type PrivateFunctionProps = FunctionBaseProps;

/** A Lambda function in private subnets, with a role of its own that can do no more than run and write its log. */
export class PrivateFunction extends FunctionBase implements SecretConsumer {
  readonly securityGroupId: string;
  private readonly network: Network;

  /** @throws Error if there is no such code, or the build has not made its zip file. */
  constructor(scope: Construct, id: string, props: PrivateFunctionProps) {
    const { network, securityGroupId } = props.host;
    super(scope, id, props, { subnetIds: network.subnetIds, securityGroupIds: [securityGroupId] });
    this.securityGroupId = securityGroupId;
    this.network = network;
  }

  get cidrs(): readonly string[] {
    return this.network.addresses.subnets;
  }
}
