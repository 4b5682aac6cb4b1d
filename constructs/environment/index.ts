export type {
  CreatedVaultSettings,
  DatabaseSettings,
  Environment,
  SecretSettings,
  VaultServerSettings,
  VaultSettings,
} from "./environment";
export { type LoadOptions, loadEnvironment } from "./load";
export { EnvironmentError, type Problem } from "./problems/problem";
export { environmentJsonSchema } from "./schema";
