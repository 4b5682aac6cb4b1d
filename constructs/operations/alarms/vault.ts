import type { Watched } from "../watched";
import type { Alarms } from "./alarms";
import { logMetric } from "./network";

/** What can be seen of a server that is not of this environment: that functions get nothing from it. */
export function watchVault(alarms: Alarms, namePrefix: string, { vaultReaders }: Watched): void {
  if (vaultReaders.length === 0) return;
  alarms.add("vaultFailures", {
    means:
      "A function could not log in to Vault or read from it: Vault is sealed, has no leader, cannot be " +
      "reached, or refuses it.",
    metric: logMetric(namePrefix, "VaultFailures"),
  });
}
