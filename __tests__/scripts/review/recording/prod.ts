import { shippedSettings } from "../../../support/shipped";

const ACCOUNT = "123456789012";

/** The newest that the AWS provider 5.100.0 knows. */
const RUNTIME = "nodejs22.x";

/** `prod` as its changes are recorded of it, in a file of its own. */
export function recordedSettings() {
  const { $schema: _, ...shipped } = shippedSettings("prod");
  return {
    ...shipped,
    account: ACCOUNT,
    state: { kind: "local" },
    deployers: [`arn:aws:iam::${ACCOUNT}:role/deployer`],
    planners: [`arn:aws:iam::${ACCOUNT}:role/planner`],
    // The emulator would run the first rotation while it is being configured, without a database.
    rotation: { runtime: RUNTIME, immediately: false },
    functions: shipped.functions.map((entry: object) => ({ ...entry, runtime: RUNTIME })),
  };
}

/** The same, with Vault beside it: its stack `vault` is recorded, on a server of the recording's own. */
export function recordedSettingsWithVault(address = "https://vault.example.internal:8200") {
  return {
    ...recordedSettings(),
    backends: ["native", "vault"],
    vault: { server: { kind: "adopted", address }, kv: {} },
  };
}
