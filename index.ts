export { Account } from "./constructs/contracts/account";
export type { Architecture } from "./constructs/contracts/architecture";
export { ConstructError } from "./constructs/contracts/construct-error";
export type { Database, DatabaseEngine } from "./constructs/contracts/database";
export type { FunctionHost } from "./constructs/contracts/function-host";
export type { Network, NetworkAddresses } from "./constructs/contracts/network";
export type { ConsumerRole, SecretConsumer } from "./constructs/contracts/secret-backend";
export {
  type Environment,
  EnvironmentError,
  type LoadOptions,
  loadEnvironment,
  type Problem,
} from "./constructs/environment";
export { AdoptedFunction, type AdoptedFunctionProps } from "./constructs/functions/adopted-function";
export { PrivateFunction, type PrivateFunctionProps } from "./constructs/functions/private-function";
export { type GuardRuleName, SecretsGuard } from "./constructs/guard/secrets-guard";
export {
  AllowedEgress,
  type AllowedEgressProps,
  AllowedTraffic,
  type AllowedTrafficProps,
  SecurityGroup,
  type SecurityGroupProps,
} from "./constructs/network/security-group";
export {
  type Grantee,
  type PlatformSecret,
  SecretsPlatform,
  type SecretsPlatformProps,
} from "./constructs/platform";
export { CiStack } from "./constructs/stacks/ci-stack";
export { EnvironmentStack, type EnvironmentStackProps } from "./constructs/stacks/environment-stack";
