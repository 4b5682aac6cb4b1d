import { readFile, stat } from "node:fs/promises";
import { vaultFilesByPath } from "../contract/variables";
import type { Environment } from "../environment";
import { SecretNotFoundError, SecretUnavailableError, SecretUnsupportedError } from "../errors";
import { parseJson } from "../fields";
import type { SecretSource } from "../secret";
import { secretFromKv } from "./vault-kv";
import { checkLayer } from "./vault-layer";
import { vaultPathOf } from "./vault-path";

/**
 * Reads the files that the Vault Lambda Extension writes once, when the execution environment starts (its README,
 * "Vault Lambda extension"). So a secret is as old as that, and a refresh finds the same.
 *
 * @throws Error if the environment is wrong.
 */
export function vaultFile(environment: Environment): SecretSource {
  const folder = vaultPathOf(environment);
  const files = vaultFilesByPath(environment);
  return {
    name: "vault-file",
    capabilities: { previousVersion: false, refresh: false },

    async fetch(name, version) {
      const place = { source: this.name, secretId: folder + name };
      if (version === "previous") {
        throw new SecretUnsupportedError(place, "a file has no previous version", "Use vault-proxy.");
      }
      const file = files.get(place.secretId);
      if (file === undefined) {
        throw new SecretNotFoundError(
          place,
          `the extension writes files of other secrets only: ${[...files.keys()].join(", ") || "none"}`,
          "Set VAULT_SECRET_PATH_<X> and VAULT_SECRET_FILE_<X>; grantRead does.",
        );
      }
      const [text, { mtime }] = await Promise.all([readFile(file, "utf8"), stat(file)]).catch((error) => {
        throw new SecretUnavailableError(
          place,
          `the extension's file ${file} cannot be read (${error.code})`,
          checkLayer("file"),
        );
      });
      return secretFromKv(parseJson(text, `the file ${file}`, place), place, mtime);
    },
  };
}
