import { tmpdir } from "node:os";
import { detectProviderSource } from "../../scripts/terraform/provider-source";
import {
  type RunningProviders,
  shareProviders,
} from "../../testbed/terraform/running-providers/running-providers";
import { namedTypes } from "./named-types";

let running: RunningProviders | undefined;

/** Their texts name every type that a test deploys. */
const NAMING = ["constructs", "testbed", "__tests__", "docs"];

/** All tests share AWS providers, and so does what they start. */
export function startSharing(): void {
  running = shareProviders(tmpdir(), detectProviderSource());
  running?.know(namedTypes(NAMING));
  Object.assign(process.env, running?.variables);
}

export function stopSharing(): void {
  running?.stop();
  running = undefined;
}
