import { type NodeRuntime, nodeReleases } from "../../../../testbed/node/releases";
import { skipOutsideCi } from "../../../support/needing";

/** Tests that run functions on the releases of Node that Lambda has. */
export function withNodeReleases(tests: (nodes: Readonly<Record<NodeRuntime, string>>) => void): void {
  let nodes: Readonly<Record<NodeRuntime, string>>;
  try {
    nodes = nodeReleases();
  } catch (error) {
    skipOutsideCi(`what is deployed cannot be run as in Lambda: ${(error as Error).message}`);
    return;
  }
  tests(nodes);
}
