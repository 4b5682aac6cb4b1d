import { TerraformStack } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { packCertificates } from "../lambda/database-tls/contract/packed-certificates";
import { VARIABLE } from "../lambda/secret-reader/contract/variables";
import { BackendPair } from "./backend-pair";
import { ConstructError } from "./contracts/construct-error";
import type { Database } from "./contracts/database";
import type { FunctionHost } from "./contracts/function-host";
import type { NetworkServer, SecretBackend, SecretConsumer } from "./contracts/secret-backend";
import type { Environment } from "./environment";
import type { PrivateFunction } from "./functions/private-function";
import { allowTo } from "./network/security-group";
import type { CheckedDatabase } from "./operations/monitors";
import type { EnvironmentStack } from "./stacks/environment-stack";
import { FoundationStack } from "./stacks/foundation-stack";
import { FunctionsStack } from "./stacks/functions-stack";
import { NativeStack } from "./stacks/native-stack";
import { OperationsStack } from "./stacks/operations-stack";
import { createdVault, vaultAddress } from "./stacks/vault-address";
import { VaultServerStack } from "./stacks/vault-server-stack";
import { VaultStack } from "./stacks/vault-stack";

export interface SecretsPlatformProps {
  /** What `loadEnvironment` returns. */
  readonly environment: Environment;
}

/** A function that can be granted a secret: a `PrivateFunction` or an `AdoptedFunction`. */
export type Grantee = SecretConsumer & IConstruct;

/** A secret of the environment, in whichever backends it has. */
export interface PlatformSecret {
  /** ARN in Secrets Manager; undefined where the native backend does not have it. */
  readonly arn?: string;
  /**
   * Lets a function read the secret, and does all that it takes: permissions, rules of security groups, layers,
   * environment variables, and the order of the stacks.
   *
   * @throws Error if the environment has no secret of that name, no layer for the function's architecture, or the
   *   function is of another environment.
   */
  grantRead(grantee: Grantee): void;
}

/**
 * One environment: the stacks `<environment>-foundation`, `-vault-server`, `-native`, `-vault`, `-functions` and
 * `-operations`, as far as they have something to do. Stacks of your own go on from {@link functions} and
 * {@link secret}.
 *
 * The stacks are children of the app. An aspect for all of them is added to each of {@link stacks}.
 */
export class SecretsPlatform extends Construct {
  readonly environment: Environment;
  /** The functions that the environment lists, by name. */
  readonly listedFunctions: Readonly<Record<string, PrivateFunction>>;
  private readonly foundation: FoundationStack;
  private readonly native?: NativeStack;
  private readonly vaultServer?: VaultServerStack;
  private readonly vault?: VaultStack;
  private readonly backend: SecretBackend;
  private readonly functionsStack: FunctionsStack;
  private readonly operations?: OperationsStack;
  /** Rules of security groups that are there already: EC2 refuses a second one of the same kind. */
  private readonly allowed = new Set<string>();

  constructor(scope: Construct, id: string, { environment }: SecretsPlatformProps) {
    super(scope, id);
    this.environment = environment;
    this.foundation = new FoundationStack(this.app, `${environment.name}-foundation`, { platform: this });
    this.native = this.addNative();
    this.vaultServer = this.addVaultServer();
    this.vault = this.addVault();
    this.backend = this.chooseBackend();
    this.functionsStack = this.addFunctions();
    this.listedFunctions = this.functionsStack.functions;
    this.operations = this.addOperations();
  }

  /** Where functions run: `host` of a `PrivateFunction` or an `AdoptedFunction`. */
  get functions(): FunctionHost {
    return this.foundation.functions;
  }

  /** The databases by name. */
  get databases(): Readonly<Record<string, Database>> {
    return this.foundation.databases;
  }

  /** The rotation function of each database that has secrets in Secrets Manager, by the database's name. */
  get rotationFunctions(): Readonly<Record<string, PrivateFunction>> {
    return this.native?.backend.rotationFunctions ?? {};
  }

  /**
   * ARN of the topic of events and alarms; undefined without `operations`. The policy of a created one lets alarms
   * publish whose names begin with `<namePrefix>-`.
   */
  get notificationTopicArn(): string | undefined {
    return this.operations?.topicArn;
  }

  /** The stacks, in an order in which they can be deployed. */
  get stacks(): readonly EnvironmentStack[] {
    const { foundation, native, vaultServer, vault, functionsStack, operations } = this;
    const last = vault && !vault.knowsRolesBeforehand ? [functionsStack, vault] : [vault, functionsStack];
    return [foundation, vaultServer, native, ...last, operations].flatMap((stack) => stack ?? []);
  }

  /** @param name as in `secrets` of the environment; where Vault is the only backend, of any secret in its mount. */
  secret(name: string): PlatformSecret {
    return {
      arn: this.native?.backend.secretArns[name],
      grantRead: (grantee) => this.grantRead(grantee, name),
    };
  }

  /** The scope of every stack: the CDKTF CLI takes a path for a name when it orders stacks. */
  private get app(): IConstruct {
    return this.node.root;
  }

  private get readsFromVault(): boolean {
    return this.backend.sources.some((source) => source.startsWith("vault"));
  }

  private addNative(): NativeStack | undefined {
    const { backends, name } = this.environment;
    if (!backends.includes("native")) return undefined;
    const { functions, databases } = this.foundation;
    return new NativeStack(this.app, `${name}-native`, { platform: this, functions, databases });
  }

  private addVaultServer(): VaultServerStack | undefined {
    const settings = createdVault(this.environment);
    const address = vaultAddress(this.environment);
    const { functions, vaultStorage: storage } = this.foundation;
    if (!settings || !address || !storage) return undefined;
    const id = `${this.environment.name}-vault-server`;
    return new VaultServerStack(this.app, id, { platform: this, settings, address, functions, storage });
  }

  private addVault(): VaultStack | undefined {
    const { backends, name, vault } = this.environment;
    if (!backends.includes("vault")) return undefined;
    const address = vaultAddress(this.environment);
    if (!vault || !address)
      throw new ConstructError(this, "`environment` must have `vault` for the backend vault, got nothing");
    const { functions, vaultUserName } = this.foundation;
    const { vaultServer: serverStack } = this;
    const stack = new VaultStack(this.app, `${name}-vault`, {
      platform: this,
      vault,
      address,
      functions,
      vaultUserName,
      serverStack,
    });
    if (serverStack) stack.addDependency(serverStack);
    return stack;
  }

  private chooseBackend(): SecretBackend {
    const { backends, fallback } = this.environment;
    const deployed = { native: this.native?.backend, vault: this.vault?.backend };
    const [first, second] = backends.map((backend) => deployed[backend]);
    if (!first) throw new ConstructError(this, "`environment` must have one of its `backends`, got none");
    return second ? new BackendPair({ first, second, fallback }) : first;
  }

  /** There also without functions: those that were in it are destroyed then. */
  private addFunctions(): FunctionsStack {
    return new FunctionsStack(this.app, `${this.environment.name}-functions`, {
      platform: this,
      functions: this.functions,
      grantRead: (grantee, secretName) => this.grantRead(grantee, secretName),
      monitors: {
        databases: this.checkedDatabases(),
        grantRead: (grantee, secretNames) => this.grantCheck(grantee, secretNames),
      },
    });
  }

  private addOperations(): OperationsStack | undefined {
    const { name, operations } = this.environment;
    if (!operations) return undefined;
    const { functions, databases, rotationFunctions, native, vaultServer, vault } = this;
    const stack = new OperationsStack(this.app, `${name}-operations`, {
      platform: this,
      operations,
      functions,
      databases,
      rotationFunctions,
      monitors: this.functionsStack.monitors,
      vaultReaders: this.readsFromVault ? Object.values(this.listedFunctions).map(({ name }) => name) : [],
      vaultServer: vaultServer?.server,
      endpoints: { secretsmanager: native?.backend.createdEndpoint, ...vault?.server.endpoints },
    });
    // Some of what it watches it names without a reference.
    for (const watched of [this.foundation, native, vaultServer, vault, this.functionsStack])
      if (watched) stack.addDependency(watched);
    return stack;
  }

  /** Of secrets that are not in `secrets`, which only Vault knows, nobody says which database they are for. */
  private checkedDatabases(): Record<string, CheckedDatabase> {
    const { secrets, functions } = this.environment;
    const databases = Object.entries(this.databases);
    const read = databases.length === 1 ? functions.flatMap((listed) => listed.secrets) : [];
    return Object.fromEntries(
      databases.map(([name, database]) => {
        const declared = secrets.filter((secret) => secret.database === name).map((secret) => secret.name);
        const checked: CheckedDatabase = {
          database,
          secrets: [...new Set([...declared, ...read])],
          native: this.native?.backend.healthOf(name),
          rotationFunction: this.rotationFunctions[name],
        };
        return [name, checked];
      }),
    );
  }

  /** A check asks each store that readers ask, and Secrets Manager without its extension. */
  private grantCheck(grantee: Grantee, secretNames: readonly string[]): void {
    const { sources } = this.backend;
    if (sources.some((source) => source.startsWith("vault")))
      for (const name of secretNames) this.vault?.backend.grantRead(grantee, name);
    const asked = sources.map((source) =>
      source === "secrets-manager-extension" ? "secrets-manager" : source,
    );
    grantee.addVariables({ ...this.native?.backend.readerVariables, [VARIABLE.sources]: asked.join() });
    this.orderStacks(grantee);
  }

  private grantRead(grantee: Grantee, secretName: string): void {
    if (grantee.namePrefix !== this.functions.namePrefix)
      throw new ConstructError(
        this,
        `\`grantee\` must be a function of this environment, got ${grantee.node.path} of ${grantee.namePrefix}`,
      );
    this.backend.grantRead(grantee, secretName);
    for (const server of [...this.backend.servers, ...this.databaseServers(secretName)])
      this.allowConnection(grantee, server);
    this.nameAuthorities(grantee);
    this.orderStacks(grantee);
  }

  /** The database that the secret is for; of a secret that only Vault knows, it may be any. */
  private databaseServers(secretName: string): NetworkServer[] {
    const named = this.environment.secrets.find(({ name }) => name === secretName)?.database;
    return Object.entries(this.databases)
      .filter(([name]) => named === undefined || name === named)
      .map(([name, { port, securityGroupId }]) => ({ id: `Database-${name}`, port, securityGroupId }));
  }

  /** The security group that functions share reaches the environment's servers already. */
  private allowConnection(grantee: Grantee, server: NetworkServer): void {
    const { securityGroupId: from, role } = grantee;
    const to = "cidr" in server ? server.cidr : server.securityGroupId;
    const key = [from, to, server.port].join();
    if (from === this.functions.securityGroupId || this.allowed.has(key)) return;
    this.allowed.add(key);
    allowTo(grantee, server.id, server, { fromSecurityGroupId: from, description: `${role.name} connects` });
  }

  private nameAuthorities(grantee: Grantee): void {
    const authorities = Object.values(this.databases).flatMap(
      ({ certificateAuthority }) => certificateAuthority ?? [],
    );
    if (authorities.length === 0) return;
    grantee.addVariables({ [VARIABLE.certificateAuthorities]: packCertificates(authorities) });
  }

  /** Vault comes first, so that a new function can log in. With unique ids it comes after: it needs the role's id. */
  private orderStacks(grantee: Grantee): void {
    if (this.vault?.knowsRolesBeforehand) TerraformStack.of(grantee).addDependency(this.vault);
  }
}
