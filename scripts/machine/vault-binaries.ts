import { findOnPath, isExecutable } from "./executables";

export const VAULT_HINT =
  "install HashiCorp Vault 1.15 or newer so that `vault` is on PATH, or name its binary in VAULT_BINARY, or one of " +
  "OpenBao 2.5 or 2.6, which needs openbao-plugin-auth-aws (openbao/openbao-plugins) in the same folder";

export const VAULT_EXTENSION_HINT =
  "download or build (go build) hashicorp/vault-lambda-extension for this machine and name its binary in " +
  "VAULT_LAMBDA_EXTENSION_BINARY";

/**
 * The path of a Vault server's binary: VAULT_BINARY, or `vault` on PATH. Undefined where there is none: VAULT_HINT says
 * what to do.
 */
export function findVaultBinary(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const { VAULT_BINARY: named, PATH } = environment;
  if (named) return executable("VAULT_BINARY", named, VAULT_HINT);
  return findOnPath("vault", PATH);
}

/**
 * The path of Vault's Lambda extension, built for this machine; undefined where VAULT_LAMBDA_EXTENSION_BINARY names
 * none.
 */
export function findVaultExtensionBinary(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = environment.VAULT_LAMBDA_EXTENSION_BINARY;
  return named ? executable("VAULT_LAMBDA_EXTENSION_BINARY", named, VAULT_EXTENSION_HINT) : undefined;
}

/** What somebody names has to be there: falling back to another one would hide the mistake. */
function executable(variable: string, path: string, hint: string): string {
  if (isExecutable(path)) return path;
  throw new Error(`${variable} is ${path}, which is no executable file; correct it, or unset it and ${hint}`);
}
