import { readState } from "../deployed/states";
import { documentedNetwork } from "./documented";
import { type Comparison, compare } from "./findings";
import { KIND } from "./parties";
import { BY_WAY_OF_BALANCER, Reachability } from "./reachability";

/**
 * Compares what applied stacks let through with what docs/architecture.md says.
 *
 * @param files states of stacks, `terraform.<environment>-<part>.tfstate`, of environments that are in one VPC.
 */
export function compareStates(region: string, files: readonly string[]): Comparison {
  const states = files.map((file) => readState(file, /terraform\.([^-]+)-[^/]*$/.exec(file)?.[1]));
  const { connections, names } = documentedNetwork();
  // It is the stack of Vault's configuration that lets functions in.
  const isConfigured = files.some((file) => file.endsWith("-vault.tfstate"));
  const expected = connections.filter(
    ({ to }) => isConfigured || !(to === KIND.balancer || to === BY_WAY_OF_BALANCER),
  );
  const deployment = {
    region,
    resources: states.flatMap(({ resources }) => resources),
    outputs: Object.assign({}, ...states.map(({ outputs }) => outputs)),
  };
  return compare(new Reachability(deployment), { connections: expected, names });
}
