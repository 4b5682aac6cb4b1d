import { changed } from "../../../support/environment-files";
import { shippedSettings } from "../../../support/shipped";

/** The shipped environment `dev`, with its secrets in Vault. */
export const vaultDev = changed(shippedSettings("dev"), { backend: "vault" });

export const vaultPathRule =
  "must be a Vault path of letters, digits, . _ - and single slashes, without a slash at either end";
