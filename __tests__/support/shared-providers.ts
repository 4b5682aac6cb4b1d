import { tmpdir } from "node:os";
import { detectProviderSource } from "../../scripts/terraform/provider-source";
import {
  type RunningProviders,
  shareProviders,
} from "../../testbed/terraform/running-providers/running-providers";

let running: RunningProviders | undefined;

/** All tests share AWS providers, and so does what they start. */
export function startSharing(): void {
  running = shareProviders(tmpdir(), detectProviderSource());
  Object.assign(process.env, running?.variables);
}

export function stopSharing(): void {
  running?.stop();
  running = undefined;
}
