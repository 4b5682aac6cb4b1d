import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Environment } from "../environment";
import { SecretNotFoundError, SecretUnavailableError, SecretUnsupportedError } from "../errors";
import { parseJson } from "../fields";
import type { SecretSource } from "../secret";
import { secretFromKv } from "./vault-kv";
import { checkLayer } from "./vault-layer";
import { vaultPathOf } from "./vault-path";

const FOLDER = "/tmp/vault";

/**
 * Reads the files that the Vault Lambda Extension writes once, when the execution environment starts (its README,
 * "Vault Lambda extension"). So a secret is as old as that, and a refresh finds the same.
 *
 * @throws Error if the environment is wrong.
 */
export function vaultFile(environment: Environment): SecretSource {
  const folder = vaultPathOf(environment);
  const files = filesByPath(environment);
  return {
    name: "vault-file",
    capabilities: { previousVersion: false, refresh: false },

    async fetch(name, { version }) {
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

/** The extension's pairs of variables, the one without a suffix included; it does not start with half a pair. */
function filesByPath(environment: Environment): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const [variable, path = ""] of Object.entries(environment)) {
    const suffix = /^VAULT_SECRET_PATH(_.+|$)/.exec(variable)?.[1];
    if (suffix === undefined) continue;
    const file = environment[`VAULT_SECRET_FILE${suffix}`]?.trim() || (suffix === "" && "secret.json");
    if (file) files.set(path.trim().replace(/^\//, ""), resolve(FOLDER, file));
  }
  return files;
}
