import { TerraformStack } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { packCertificates } from "../lambda/database-tls/contract/packed-certificates";
import { VARIABLE } from "../lambda/secret-reader/contract/variables";
import { BackendPair } from "./backend-pair";
import type { FunctionHost } from "./contracts/function-host";
import type { SecretBackend, SecretConsumer } from "./contracts/secret-backend";
import type { Environment } from "./environment";
import { FoundationStack } from "./stacks/foundation-stack";
import { FunctionsStack } from "./stacks/functions-stack";
import { NativeStack } from "./stacks/native-stack";
import { VaultStack } from "./stacks/vault-stack";

export interface SecretsPlatformProps {
  /** What `loadEnvironment` returns. */
  readonly environment: Environment;
}

/** A secret of the environment, in whichever backends it has. */
export interface PlatformSecret {
  /**
   * Lets a function read the secret, and does all that it takes: permissions, rules of security groups, layers,
   * environment variables, and the order of the stacks.
   *
   * @throws Error if the environment has no secret of that name, or no layer for the function's architecture.
   */
  grantRead(consumer: SecretConsumer): void;
}

/**
 * One environment: the stacks `<environment>-foundation`, `-native`, `-vault` and `-functions`, as far as they have
 * something to do. Stacks of your own go on from {@link functions} and {@link secret}.
 */
export class SecretsPlatform extends Construct {
  readonly environment: Environment;
  private readonly foundation: FoundationStack;
  private readonly native?: NativeStack;
  private readonly vault?: VaultStack;
  private readonly backend: SecretBackend;

  constructor(scope: Construct, id: string, { environment }: SecretsPlatformProps) {
    super(scope, id);
    this.environment = environment;
    this.foundation = new FoundationStack(this.app, `${environment.name}-foundation`, { platform: this });
    this.native = this.addNative();
    this.vault = this.addVault();
    this.backend = this.chooseBackend();
    this.addFunctions();
  }

  /** Where functions run: `host` of a `PrivateFunction` or an `AdoptedFunction`. */
  get functions(): FunctionHost {
    return this.foundation.functions;
  }

  /** @param name as in `secrets` of the environment; where Vault is the only backend, of any secret in its mount. */
  secret(name: string): PlatformSecret {
    return { grantRead: (consumer) => this.grantRead(consumer, name) };
  }

  /** The scope of every stack: the CDKTF CLI takes a path for a name when it orders stacks. */
  private get app(): IConstruct {
    return this.node.root;
  }

  private addNative(): NativeStack | undefined {
    const { backends, name } = this.environment;
    if (!backends.includes("native")) return undefined;
    const { functions, databases } = this.foundation;
    return new NativeStack(this.app, `${name}-native`, { platform: this, functions, databases });
  }

  private addVault(): VaultStack | undefined {
    const { backends, name, vault } = this.environment;
    if (!backends.includes("vault") || !vault) return undefined;
    const { functions, vaultUserName } = this.foundation;
    return new VaultStack(this.app, `${name}-vault`, { platform: this, vault, functions, vaultUserName });
  }

  private chooseBackend(): SecretBackend {
    const { backends, fallback } = this.environment;
    const deployed = { native: this.native?.backend, vault: this.vault?.backend };
    const [first, second] = backends.map((backend) => deployed[backend]);
    if (!first)
      throw new Error(`${this.node.path}: \`environment\` must have one of its \`backends\`, got none`);
    return second ? new BackendPair({ first, second, fallback }) : first;
  }

  /** There also without functions: those that were in it are destroyed then. */
  private addFunctions(): void {
    new FunctionsStack(this.app, `${this.environment.name}-functions`, {
      platform: this,
      functions: this.functions,
      grantRead: (consumer, secretName) => this.grantRead(consumer, secretName),
    });
  }

  private grantRead(consumer: SecretConsumer, secretName: string): void {
    this.backend.grantRead(consumer, secretName);
    this.nameAuthorities(consumer);
    this.orderStacks(consumer);
  }

  private nameAuthorities(consumer: SecretConsumer): void {
    const authorities = Object.values(this.foundation.databases).flatMap(
      ({ certificateAuthority }) => certificateAuthority ?? [],
    );
    if (authorities.length === 0) return;
    consumer.addVariables({ [VARIABLE.certificateAuthorities]: packCertificates(authorities) });
  }

  /** A function that reads from Vault fails until Vault knows it. By unique id, Vault cannot know it before it is there. */
  private orderStacks(consumer: SecretConsumer): void {
    if (!this.vault?.knowsRolesBeforehand || !Construct.isConstruct(consumer)) return;
    TerraformStack.of(consumer).addDependency(this.vault);
  }
}
