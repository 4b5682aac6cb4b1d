import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ALARMS, alarms } from "./alarms";
import { costsOfEnvironments, costsOfVaultServers, prices } from "./costs";
import { ENDPOINTS, endpoints } from "./endpoints";
import { type Parts, withParts } from "./parts";
import { withPolicies } from "./permissions";
import { prodUnder } from "./prod";
import { SECURITY_GROUPS, securityGroups } from "./security-groups";
import { settingsTables } from "./settings";
import { RESOURCE_STATEMENTS, ROLE_STATEMENTS, resourceStatements, roleStatements } from "./statements";
import { underBoth } from "./table";
import { topology } from "./topology";

const ROOT = join(__dirname, "..", "..");

/** What each document with a generated part has to be, by its path from the project's folder. */
export const DOCUMENTS: Readonly<Record<string, () => string>> = {
  "docs/settings.md": () => withPartsOf("docs/settings.md", { settings: settingsTables() }),
  "docs/permissions.md": () => withPolicies(textOf("docs/permissions.md")),
  "docs/deployed.md": () => withPartsOf("docs/deployed.md", deployedParts()),
  "docs/operations.md": () =>
    withPartsOf("docs/operations.md", {
      "monthly-costs": costsOfEnvironments(),
      prices: prices(),
    }),
  "docs/vault-server.md": () =>
    withPartsOf("docs/vault-server.md", { "vault-server-costs": costsOfVaultServers() }),
};

function withPartsOf(path: string, parts: Parts): string {
  return withParts(path, textOf(path), parts);
}

function textOf(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

function deployedParts(): Parts {
  const both = { native: prodUnder("native"), vault: prodUnder("vault") };
  return {
    "topology-native": topology(both.native),
    "topology-vault": topology(both.vault),
    "security-groups": underBoth(SECURITY_GROUPS, securityGroups, both),
    endpoints: underBoth(ENDPOINTS, endpoints, both),
    roles: underBoth(ROLE_STATEMENTS, roleStatements, both),
    resources: underBoth(RESOURCE_STATEMENTS, resourceStatements, both),
    alarms: underBoth(ALARMS, alarms, both),
  };
}
