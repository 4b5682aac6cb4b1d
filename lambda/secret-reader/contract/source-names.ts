/** Ways to read secrets; the words of SECRET_SOURCES. */
export type SourceName = "secrets-manager" | "secrets-manager-extension" | "vault-proxy" | "vault-file";
