import { AURORA_TABLES_READ } from "../../constructs/database/engine-versions";
import { SECRETS_EXTENSION_TABLE_READ } from "../../constructs/native/extension-layer";
import { PUBLISHED_READ } from "../../constructs/regions/published-facts";
import { VAULT_EXTENSION_TABLE_READ } from "../../constructs/vault/extension/extension-layer";

/** What this project knows of others, and when it was compared with them. */
export const TABLES = {
  "major versions of Aurora": AURORA_TABLES_READ,
  "Regions, Aurora's versions and classes, Lambda's runtimes": PUBLISHED_READ,
  "layers of AWS's Parameters and Secrets extension": SECRETS_EXTENSION_TABLE_READ,
  "layers of Vault's extension": VAULT_EXTENSION_TABLE_READ,
} as const;

const DAY_MS = 24 * 60 * 60 * 1000;

/** Tables that are older than `days`, with their dates. */
export function oldTables(
  now: number,
  days: number,
  tables: Readonly<Record<string, string>> = TABLES,
): string[] {
  return Object.entries(tables).flatMap(([name, read]) =>
    now - Date.parse(read) > days * DAY_MS ? [`${name} of ${read}`] : [],
  );
}
