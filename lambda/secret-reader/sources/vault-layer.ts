/** What to check if the Vault Lambda Extension is not there in the run mode that a source needs. */
export function checkLayer(mode: "file" | "proxy"): string {
  return `Check the layer vault-lambda-extension, and that VAULT_RUN_MODE is default or ${mode}, in lower case.`;
}
