import type { SourceName } from "./contract/source-names";
import { VARIABLE } from "./contract/variables";
import type { Environment } from "./environment";
import type { SecretSource } from "./secret";
import { secretsManager } from "./sources/secrets-manager";
import { secretsManagerExtension } from "./sources/secrets-manager-extension";
import { vaultFile } from "./sources/vault-file";
import { vaultProxy } from "./sources/vault-proxy";
import { wrongValue } from "./wrong-value";

const KNOWN: Readonly<Record<SourceName, (environment: Environment) => SecretSource>> = {
  "secrets-manager": secretsManager,
  "secrets-manager-extension": secretsManagerExtension,
  "vault-proxy": vaultProxy,
  "vault-file": vaultFile,
};

/**
 * The sources that SECRET_SOURCES names, the primary first. All are made at once, so that what a fallback lacks is
 * found at the first read and not in an outage of the primary.
 *
 * @throws Error if SECRET_SOURCES, or a variable that one of them needs, is wrong.
 */
export function sourcesFrom(environment: Environment): readonly [SecretSource, ...SecretSource[]] {
  const value = environment[VARIABLE.sources] ?? "";
  const names = value.split(",").map((name) => name.trim());
  if (!names.every(isKnown) || new Set(names).size < names.length) {
    throw wrongValue(
      `${VARIABLE.sources} must list, with commas, some of ${Object.keys(KNOWN).join(", ")}, each once at most`,
      value,
      "grantRead sets it",
    );
  }
  return names.map((name) => KNOWN[name](environment)) as [SecretSource, ...SecretSource[]];
}

function isKnown(name: string): name is SourceName {
  return Object.hasOwn(KNOWN, name);
}
