import { basename, join } from "node:path";
import { readState } from "../../testbed/deployed/states";
import { documentedNetwork } from "../../testbed/network/documented";
import { compare } from "../../testbed/network/findings";
import { KIND } from "../../testbed/network/parties";
import { BY_WAY_OF_BALANCER, Reachability } from "../../testbed/network/reachability";

/**
 * What the states of applied stacks open that docs/architecture.md does not say, or do not open that it says.
 *
 * @param stacks the folders in which Terraform ran, of environments that are in one VPC.
 */
export function undocumentedNetwork(region: string, stacks: readonly string[]): readonly string[] {
  const applied = stacks.map((folder) => {
    const stack = basename(folder);
    const file = join(folder, "..", "..", "..", `terraform.${stack}.tfstate`);
    return { stack, state: readState(file, stack.split("-")[0]) };
  });
  const { connections, names } = documentedNetwork();
  // It is the stack of Vault's configuration that lets functions in.
  const isConfigured = applied.some(({ stack }) => stack.endsWith("-vault"));
  const expected = connections.filter(
    ({ to }) => isConfigured || !(to === KIND.balancer || to === BY_WAY_OF_BALANCER),
  );
  const deployment = {
    region,
    resources: applied.flatMap(({ state }) => state.resources),
    outputs: Object.assign({}, ...applied.map(({ state }) => state.outputs)),
  };
  return compare(new Reachability(deployment), { connections: expected, names }).findings;
}
