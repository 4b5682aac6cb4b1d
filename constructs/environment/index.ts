export type { CreatedVaultSettings, DatabaseSettings, Environment } from "./environment";
export { type LoadOptions, loadEnvironment } from "./load";
export { EnvironmentError, type Problem } from "./problems/problem";
export { environmentJsonSchema } from "./schema";
