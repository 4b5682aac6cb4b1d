/** Environment variables from which a function knows where its secrets are; `grantRead` sets them. */
export const VARIABLE = {
  /** The sources, with commas, in the order in which they are asked. */
  sources: "SECRET_SOURCES",
  /** Start of the secrets' names in Secrets Manager. */
  prefix: "SECRET_PREFIX",
  /** Path in Vault's API below which the secrets are, with a slash at its end. */
  vaultPath: "SECRET_VAULT_PATH",
  /** PEM certificates of the databases' authorities; see `lambda/database-tls`. */
  certificateAuthorities: "DATABASE_CA_PEM",
} as const;

/**
 * The pairs of variables by which HashiCorp's extension writes one file for each secret (README of
 * hashicorp/vault-lambda-extension, "Configuration"); the first pair has no number.
 *
 * @param path API path of the secret's value.
 * @param number from 1 on.
 */
export function vaultFileVariables(path: string, number: number): Record<string, string> {
  const suffix = number === 1 ? "" : `_${number}`;
  const file = number === 1 ? "secret.json" : `secret-${number}.json`;
  return { [`${PATH}${suffix}`]: path, [`${FILE}${suffix}`]: `${FOLDER}/${file}` };
}

/**
 * The files of the extension by the paths of the secrets; also those of pairs that somebody else set. It does not start
 * with half a pair.
 */
export function vaultFilesByPath(
  environment: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const [variable, path = ""] of Object.entries(environment)) {
    if (variable !== PATH && !variable.startsWith(`${PATH}_`)) continue;
    const suffix = variable.slice(PATH.length);
    const file = environment[FILE + suffix]?.trim() || (suffix === "" && "secret.json");
    if (file) files.set(path.trim().replace(/^\//, ""), file.startsWith("/") ? file : `${FOLDER}/${file}`);
  }
  return files;
}

const PATH = "VAULT_SECRET_PATH";
const FILE = "VAULT_SECRET_FILE";
/** Where the extension puts files that are not named by a whole path. */
const FOLDER = "/tmp/vault";
