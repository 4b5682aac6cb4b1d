import { CHINA_NAMES_READ } from "../../constructs/contracts/account";
import { AURORA_TABLES_READ } from "../../constructs/database/engine-versions";
import { SECRETS_EXTENSION_TABLE_READ } from "../../constructs/native/extension-layer";
import { PUBLISHED_READ, STANDARD_SUPPORT_READ } from "../../constructs/regions/published-facts";
import { VAULT_EXTENSION_TABLE_READ } from "../../constructs/vault/extension/extension-layer";

/** What this project knows of others, and when it was compared with them. */
export const TABLES = {
  "major versions of Aurora": AURORA_TABLES_READ,
  "ends of Aurora PostgreSQL's standard support": STANDARD_SUPPORT_READ,
  "Regions, Aurora's versions and classes, EC2's types, Lambda's runtimes": PUBLISHED_READ,
  "layers of AWS's Parameters and Secrets extension": SECRETS_EXTENSION_TABLE_READ,
  "layers of Vault's extension": VAULT_EXTENSION_TABLE_READ,
  "names of endpoints in China": CHINA_NAMES_READ,
} as const;

const DAY_MS = 24 * 60 * 60 * 1000;

/** The tables with their dates. */
export function datedTables(): string[] {
  return Object.entries(TABLES).map(dated);
}

/** Those that are older than `days`. */
export function oldTables(now: number, days: number): string[] {
  return Object.entries(TABLES)
    .filter(([, read]) => now - Date.parse(read) > days * DAY_MS)
    .map(dated);
}

function dated([name, read]: readonly [string, string]): string {
  return `${name} of ${read}`;
}
