import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Progress } from "../../scripts/support/progress";
import type { Faults } from "../aws/faults/faults";
import { type CheckedRequests, checkRequests } from "../aws/requests/check";
import { RotationFailed, RotationScheduler } from "../aws/rotation-scheduler";
import { addressOfResource } from "../deployed/resources";
import { resourcesOfStates, stateFiles } from "../deployed/states";
import { deployedEnvironment } from "../iam/deployed-environment";
import { type JudgedDeploys, judgeDeploys } from "../iam/deploys/judged-deploys";
import { type JudgedCalls, judgeCalls } from "../iam/judged-calls";
import { LambdaRunner } from "../lambda/lambda-runner";
import { compareStates } from "../network/deployed";
import type { Comparison } from "../network/findings";
import { readDeployed as readOperations, readSchedules } from "../operations/deployed";
import { MeasuredRunner } from "../operations/metrics";
import type { Backends } from "./arguments";
import type { CreatedVault } from "./created-vault";
import { manageSuperuser } from "./credentials";
import type { LocalDatabase } from "./databases/local-database";
import type { Deployment } from "./deployment";
import type { FinishedResources } from "./finished-resources";
import { type LeakSearch, searchLeaks, secretsIn } from "./leak-search";
import { MotoSecrets, NativeStore } from "./native-store";
import { type BrokenRotation, OnCall, type RefusedFunction } from "./on-call";
import { type LocalRunOptions, type Parts, startParts } from "./parts";
import { type ProvedStage, proveByCommand } from "./proof";
import { writeRunEnvironment } from "./run-environment";
import type { SecretStore } from "./secret-store";
import type { LocalStacks } from "./stacks";
import { VaultStore } from "./vault-store";

/** An entry of the foundation's output `databases`. */
interface DatabaseOutput {
  readonly host: string;
  readonly superuser_secret_arn: string;
}

/** One local run: what it started, and the operations and observations that the run's stages are made of. */
export class LocalRun {
  /** Every password there ever was, and Vault's tokens, shares and keys, for the search. */
  readonly passwords = new Set<string>();

  private constructor(
    readonly directory: string,
    private readonly parts: Parts,
  ) {
    for (const { superuser } of parts.databases) this.passwords.add(superuser.password);
  }

  /** Starts what it works with. */
  static async start(options: LocalRunOptions): Promise<LocalRun> {
    return new LocalRun(options.directory, await startParts(options));
  }

  get stacks(): LocalStacks {
    return this.parts.stacks;
  }

  get backends(): Backends {
    return this.parts.settings.backends;
  }

  get faults(): Faults {
    return this.parts.aws.faults;
  }

  /** What plays the databases. */
  get products(): readonly string[] {
    return this.parts.databases.map(({ product }) => product);
  }

  /** Where everything listens, by name, for people. */
  get addresses(): Readonly<Record<string, string>> {
    const { aws, databases, vault } = this.parts;
    const servers = databases.map(({ product, port }) => [product, `127.0.0.1:${port}`]);
    return {
      "AWS endpoint": aws.endpoint,
      ...Object.fromEntries(servers),
      ...(vault?.address && { Vault: vault.address }),
    };
  }

  /** Reads what was deployed, and does to the databases what RDS would have done. */
  async deployment(): Promise<Deployment> {
    const { aws, databases, environment, extensions, vault } = this.parts;
    const { region } = environment;
    const [clusters, outputs] = await Promise.all([this.clusters(), this.stacks.outputs("local-functions")]);
    for (const database of databases) {
      const { host, superuser_secret_arn: secretArn } = found(clusters[database.name], database.name);
      await database.serveCertificateFor(host);
      await manageSuperuser(database, aws.endpoint, region, secretArn);
    }
    const names = outputs.function_names as Readonly<Record<string, string>>;
    const logs = join(this.directory, "functions");
    await mkdir(logs, { recursive: true });
    const lambda = new LambdaRunner({
      endpoint: aws.endpoint,
      region,
      assets: this.stacks.output,
      directory: logs,
      hosts: Object.values(clusters).map(({ host }) => host),
      extensions,
      extensionVariables: vault?.extensionVariables,
    });
    const operations = this.stateFile("operations");
    const runner = new MeasuredRunner(lambda, async () => (await readOperations(operations)).filters);
    const readsFromVault = this.backends[0] === "vault";
    const scheduler = new RotationScheduler(aws.secretsManager, runner, region);
    aws.lambda.invoke = (name, event) => runner.invoke(name, event);
    // A failure shows in the secret's versions, as it does in AWS.
    aws.secretsManager.rotator = (arn, token) => void scheduler.rotate(arn, token).catch(() => {});
    return {
      functions: environment.functions.map(({ name, variables }) => ({
        name: names[name] ?? name,
        secret: variables.SECRET_NAME ?? "",
      })),
      store: readsFromVault ? await this.vaultStore() : await this.nativeStore(scheduler),
      source: readsFromVault ? "vault-proxy" : "secrets-manager",
      runner,
      onCall: new OnCall(operations, async () => [...runner.data, ...((await vault?.told()) ?? [])]),
      schedules: async () => await readSchedules(this.stateFile("functions")),
      databases: new Map(environment.secrets.map(({ name, database }) => [name, this.database(database)])),
    };
  }

  /** `npm run prove` of what is deployed, which it finds unchanged. */
  async prove(progress: Progress): Promise<readonly ProvedStage[]> {
    const { aws } = this.parts;
    const { variables, output } = this.stacks;
    aws.rds.log = (group) => this.statementsAboutPasswords(group);
    return await proveByCommand({
      directory: this.directory,
      output,
      environmentFile: String(variables.ENVIRONMENT),
      variables: {
        ...variables,
        AWS_ENDPOINT_URL: aws.endpoint,
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
      },
      onStage: (line) => progress.say(`  ${line}`),
    });
  }

  /** What the real servers logged, which RDS would send to the log group. */
  private async statementsAboutPasswords(group: string): Promise<readonly string[]> {
    const { databases, environment } = this.parts;
    const database = databases.find(({ name }) => group.includes(`/${environment.namePrefix}-${name}/`));
    const lines = (await database?.logged?.())?.split("\n") ?? [];
    return lines.filter((line) => /password|identified/i.test(line));
  }

  /** Changes a user's password behind its secret, and rotates the secret, which fails. */
  async breakRotation({ store, onCall }: Deployment): Promise<BrokenRotation> {
    const { name, user, database } = found(
      this.parts.environment.secrets.find(({ strategy }) => strategy === "single-user"),
      "with a single user",
    );
    const password = randomBytes(16).toString("hex");
    this.passwords.add(password);
    await this.database(database).setPassword(user, password);
    const failed = await store.rotate(name).then(
      () => undefined,
      (error) => error,
    );
    if (!(failed instanceof RotationFailed))
      throw failed ?? new Error(`the rotation of ${name} was broken, and succeeded`);
    const { secret_arns: arns } = await this.stacks.outputs("local-native");
    const secretArn = (arns as Readonly<Record<string, string>>)[name] ?? "";
    return {
      secret: name,
      secretArn,
      failure: failed.cause.errorMessage,
      messages: await onCall.messagesOfFailedRotation(secretArn),
      alarms: (await onCall.alarms()).map(({ alarm_name }) => alarm_name),
    };
  }

  /** Seals the node of Vault that leads. Gives the names of the alarms that are on until it is unsealed again. */
  async sealNode({ onCall }: Deployment, meanwhile: () => Promise<void>): Promise<readonly string[]> {
    const vault = this.vault();
    await vault.sealLeader();
    const alarms = await onCall.alarms();
    await meanwhile();
    await vault.unseal();
    return alarms.map(({ alarm_name }) => alarm_name);
  }

  /** Has Vault refuse a function, and calls it. Gives what the function says, and the alarms that are on. */
  async refuseFunction({ functions, runner, onCall }: Deployment): Promise<RefusedFunction> {
    const [{ name = "" } = {}] = functions;
    await this.vault().forgetRole(name);
    const { error } = await runner.invoke(name, {});
    return { failure: error?.errorMessage, alarms: await onCall.alarms() };
  }

  /** Judges the calls that functions have made, by the policies that are deployed now. */
  async judgeCalls(): Promise<JudgedCalls> {
    const { aws, environment } = this.parts;
    const resources = resourcesOfStates(stateFiles(this.directory));
    return judgeCalls(aws.calls, environment, deployedEnvironment(environment, resources));
  }

  /** Judges the calls that Terraform has made, by the policies that docs/permissions.md shows. */
  judgeDeploys(): JudgedDeploys {
    return judgeDeploys(this.parts.aws.calls, this.parts.environment);
  }

  /** Compares who reaches whom, by what is deployed now, with the document. */
  comparedNetwork(): Comparison {
    return compareStates(this.parts.environment.region, stateFiles(this.directory));
  }

  /** Copies the current secrets to Vault and makes it the backend that functions read from. */
  async moveToVault(deployment: Deployment): Promise<Deployment> {
    const store = await this.vaultStore();
    for (const secret of deployment.store.secrets) {
      const current = (await deployment.store.versions(secret)).find((version) => version.current);
      const { username = "", password = "" } = current?.fields ?? {};
      await store.write(secret, { username, password });
    }
    await writeRunEnvironment(this.directory, { ...this.parts.settings, backends: ["vault", "native"] });
    await this.stacks.deploy(() => {});
    return { ...deployment, store, source: "vault-proxy" };
  }

  /** Gives up the native backend, from which nothing reads any more; gives what was destroyed. */
  async leaveNative(onProgress: (done: FinishedResources) => void): Promise<number> {
    const native = await this.stacks.destroy(onProgress, "local-native");
    await writeRunEnvironment(this.directory, { ...this.parts.settings, backends: ["vault"] });
    // Makes nothing, and takes the functions' permissions for Secrets Manager away.
    const permissions = await this.stacks.deploy(() => {});
    return native.resources + permissions.resources;
  }

  /** Searches the whole work folder for every password that any secret has had so far. */
  async searchPasswords(): Promise<LeakSearch> {
    return await searchLeaks(this.directory, this.passwords);
  }

  async collectPasswords(stores: readonly SecretStore[]): Promise<void> {
    const moto = this.moto();
    const versions = await Promise.all([
      ...(await moto.arns()).map((arn) => moto.versions(arn)),
      ...stores.flatMap((store) => store.secrets.map((secret) => store.versions(secret))),
    ]);
    for (const secret of this.parts.vault?.secrets ?? []) this.passwords.add(secret);
    for (const { fields } of versions.flat())
      for (const secret of secretsIn({ ...fields })) this.passwords.add(secret);
  }

  /** Compares what the emulator was asked with what AWS would take. */
  async checkedRequests(): Promise<CheckedRequests> {
    return await checkRequests(this.parts.aws.recorder.requests);
  }

  /** After destroy: secrets in the emulator, and resources in any state. */
  async leftovers(): Promise<string[]> {
    await this.parts.vault?.forget();
    return [
      ...(await this.moto().arns()),
      ...resourcesOfStates(stateFiles(this.directory)).map(addressOfResource),
    ];
  }

  private stateFile(stack: string): string {
    return join(this.directory, `terraform.local-${stack}.tfstate`);
  }

  private moto(): MotoSecrets {
    return new MotoSecrets(this.parts.aws.motoEndpoint, this.parts.environment.region);
  }

  private async nativeStore(scheduler: RotationScheduler): Promise<NativeStore> {
    const { environment } = this.parts;
    const outputs = await this.stacks.outputs("local-native");
    const functions = outputs.rotation_function_names as Readonly<Record<string, string>>;
    return new NativeStore({
      moto: this.moto(),
      scheduler,
      arns: outputs.secret_arns as Readonly<Record<string, string>>,
      rotators: Object.fromEntries(
        environment.secrets.map(({ name, database }) => [name, functions[database]]),
      ),
    });
  }

  private async vaultStore(): Promise<VaultStore> {
    const { environment } = this.parts;
    const vault = this.vault();
    const [clusters, { secrets_path: path }] = await Promise.all([
      this.clusters(),
      this.stacks.outputs("local-vault"),
    ]);
    const users = environment.secrets.map(({ name, user: username, database }) => {
      const { host } = found(clusters[database], database);
      return [name, { username, database: this.database(database), host }] as const;
    });
    return new VaultStore({
      leader: () => vault.leader(),
      path: String(path),
      users: new Map(users),
    });
  }

  private vault(): CreatedVault {
    if (!this.parts.vault) throw new Error("this run has no Vault");
    return this.parts.vault;
  }

  private database(name: string): LocalDatabase {
    return found(
      this.parts.databases.find((one) => one.name === name),
      name,
    );
  }

  private async clusters(): Promise<Readonly<Record<string, DatabaseOutput>>> {
    const { databases } = await this.stacks.outputs("local-foundation");
    return databases as Readonly<Record<string, DatabaseOutput>>;
  }
}

function found<Value>(value: Value | undefined, database: string): Value {
  if (value === undefined) throw new Error(`this run has no database ${database}`);
  return value;
}
