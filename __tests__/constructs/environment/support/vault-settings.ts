import { changed } from "../../../support/environment-files";
import { shippedSettings } from "./shipped-settings";

/** A Vault, as the shipped environment `vault` has it. */
export const { vault } = shippedSettings("vault");

/** The shipped environment `dev`, with its secrets in Vault. */
export const vaultDev = changed(shippedSettings("dev"), { backends: ["vault"], vault });

export const vaultPathRule =
  "must be a Vault path of letters, digits, . _ - and single slashes, without a slash at either end";
