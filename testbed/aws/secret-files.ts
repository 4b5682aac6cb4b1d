import { existsSync, lstatSync } from "node:fs";
import { rm, rmdir } from "node:fs/promises";
import { dirname, resolve, sep } from "node:path";

const SETTING = "VAULT_SECRET_FILE";
/** Where the extension puts a file without a directory, and one without a name (README of vault-lambda-extension). */
const DIRECTORY = "/tmp/vault";
const DEFAULT_NAME = "secret.json";

/**
 * The files that Vault's extension writes for a function, by its environment. In Lambda, /tmp is private to the
 * function; here it is everybody's, so that a file that exists already is refused and `remove` leaves nothing.
 */
export interface SecretFiles {
  remove(): Promise<void>;
}

export function claimSecretFiles(environment: NodeJS.ProcessEnv): SecretFiles {
  const files = secretFiles(environment);
  for (const file of files) {
    if (!file.startsWith(`/tmp${sep}`))
      throw new Error(
        `${SETTING}* names ${file}: a Lambda function can write to /tmp only; name a file in ${DIRECTORY}`,
      );
    // A link to nowhere exists, too: the extension would write where it points.
    if (lstatSync(file, { throwIfNoEntry: false }))
      throw new Error(
        `${file} exists, and ${SETTING}* makes Vault's extension write there; remove it if nothing needs it`,
      );
  }
  const madeByExtension = [...new Set(files.map(dirname))].filter((folder) => !existsSync(folder));
  return {
    async remove() {
      for (const file of files) await rm(file, { force: true });
      // One that something else uses by now is not empty.
      for (const folder of madeByExtension) await rmdir(folder).catch(() => {});
    },
  };
}

function secretFiles(environment: NodeJS.ProcessEnv): string[] {
  const named = Object.entries(environment)
    .filter(([name, value]) => (name === SETTING || name.startsWith(`${SETTING}_`)) && value?.trim())
    .map(([, value = ""]) => resolve(DIRECTORY, value.trim()));
  const isDefault = environment.VAULT_SECRET_PATH && !environment[SETTING];
  return isDefault ? [...named, resolve(DIRECTORY, DEFAULT_NAME)] : named;
}
