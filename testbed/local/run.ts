import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Driver } from "../../scripts/deploy/driver";
import { readOutputs } from "../../scripts/deploy/outputs";
import { StackFailed } from "../../scripts/deploy/stack-terraform";
import { type Stack, selectStacks, synthesizedStacks } from "../../scripts/deploy/stacks";
import { synthesize } from "../../scripts/deploy/synthesize";
import { CommandFailed } from "../../scripts/support/processes";
import { selecting } from "../../scripts/support/selecting";
import { type ProviderSource, terraformEnvironment } from "../../scripts/terraform/provider-source";
import { type AwsEmulator, startAwsEmulator } from "../aws/aws-emulator";
import { withoutAwsSettings } from "../aws/aws-settings";
import { PHANTOM_DIFFS } from "../aws/phantom-diffs";
import { RotationScheduler } from "../aws/rotation-scheduler";
import { LambdaRunner } from "../lambda/lambda-runner";
import { type LocalPostgres, startPostgres } from "../postgres/postgres";
import { describeChange, planChanges } from "../terraform/plan-changes";
import { type CertificateAuthority, createCertificateAuthority } from "../tls/certificates";
import { type LocalVault, startVault } from "../vault/server";
import type { Backend } from "./arguments";
import { manageSuperuser } from "./credentials";
import { type FinishedResources, withLine } from "./finished-resources";
import { type LeakSearch, searchLeaks } from "./leak-search";
import { MotoSecrets, NativeStore } from "./native-store";
import { type Deployed, NotHeld } from "./rotations";
import {
  type LocalEnvironment,
  loadLocalEnvironment,
  type RunSettings,
  writeRunEnvironment,
} from "./run-environment";
import type { SecretStore } from "./secret-store";
import type { Stops } from "./stops";
import { findVaultBinaries, provideExtension } from "./vault";
import { VaultStore } from "./vault-store";

export interface LocalRunOptions {
  readonly directory: string;
  readonly backend: Backend;
  readonly provider: ProviderSource;
  /** Stops what is started. */
  readonly stops: Stops;
  /** Called if moto has to be installed first. */
  readonly onInstall: () => void;
}

interface Parts {
  readonly aws: AwsEmulator;
  readonly postgres: LocalPostgres;
  readonly vault?: LocalVault;
  readonly authority: CertificateAuthority;
  readonly settings: RunSettings;
  readonly environment: LocalEnvironment;
  /** Environment variables of CDKTF and Terraform. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  /** See {@link LambdaRunner}. */
  readonly extensions: Readonly<Record<string, string>>;
}

/** Called for each resource that is made or gone. */
type OnProgress = (done: FinishedResources) => void;

type Outputs = Readonly<Record<string, unknown>>;

/** One local run: what it started, and the operations that its stages are made of. */
export class LocalRun {
  /** Every password there ever was, for the search. */
  readonly passwords = new Set<string>();

  private constructor(
    readonly directory: string,
    private readonly parts: Parts,
  ) {
    this.passwords.add(parts.postgres.superuser.password);
    if (parts.vault) this.passwords.add(parts.vault.rootToken);
  }

  /** Starts the AWS emulator and PostgreSQL, and Vault if the backend needs it. */
  static async start(options: LocalRunOptions): Promise<LocalRun> {
    const { directory, backend, provider, stops, onInstall } = options;
    const binaries = backend === "native" ? undefined : findVaultBinaries();
    const shipped = loadLocalEnvironment();
    const authority = await createCertificateAuthority("Local run");
    const data = join(directory, "postgres");
    await mkdir(data);
    const { databaseName, superuserName } = shipped.database;
    const [aws, postgres] = await stops.start<[AwsEmulator, LocalPostgres]>([
      startAwsEmulator({ directory, onInstall }),
      startPostgres({
        directory: data,
        certificateAuthority: authority,
        hosts: ["localhost"],
        databaseName,
        superuserName,
      }),
    ]);
    const [vault] = binaries
      ? await stops.start<[LocalVault]>([
          startVault({ directory: join(directory, "vault"), binary: binaries.server, tls: authority }),
        ])
      : [];
    const settings: RunSettings = {
      backend,
      endpoint: aws.endpoint,
      databasePort: postgres.port,
      certificateAuthorityPem: authority.certificatePem,
      provider,
      vaultAddress: vault?.address,
    };
    const file = await writeRunEnvironment(directory, settings);
    const environment = loadLocalEnvironment(file);
    const extensions = binaries ? await provideExtension(aws.endpoint, environment, binaries) : {};
    const variables = {
      ...withoutAwsSettings(),
      ...(await terraformEnvironment(provider, directory)),
      ...selecting(file),
      ...(vault && { VAULT_TOKEN: vault.rootToken }),
    };
    const parts = { aws, postgres, vault, authority, settings, environment, variables, extensions };
    return new LocalRun(directory, parts);
  }

  get backend(): Backend {
    return this.parts.settings.backend;
  }

  /** Where everything listens, by name, for people. */
  get addresses(): Readonly<Record<string, string>> {
    const { aws, postgres, vault } = this.parts;
    return {
      "AWS endpoint": aws.endpoint,
      PostgreSQL: `127.0.0.1:${postgres.port}`,
      ...(vault && { Vault: vault.address }),
    };
  }

  async deploy(onProgress: OnProgress): Promise<FinishedResources> {
    const log = join(this.directory, "synth.log");
    await synthesize({ output: this.output, environment: this.parts.variables, log });
    return await this.drive("deploy", onProgress, this.synthesized());
  }

  /** Destroys what was deployed: the stacks as they were synthesized last; one only, if it is named. */
  async destroy(onProgress: OnProgress, stack?: string): Promise<FinishedResources> {
    return await this.drive("destroy", onProgress, selectStacks(this.synthesized(), stack ? [stack] : []));
  }

  /** Reads what was deployed, and does to the database what RDS would have done. */
  async deployed(): Promise<Deployed> {
    const { aws, postgres, environment, extensions } = this.parts;
    const { region } = environment;
    const [foundation, application] = await Promise.all([
      this.outputs("foundation"),
      this.outputs("application"),
    ]);
    const host = String(foundation.database_endpoint);
    await postgres.serveCertificateFor([host]);
    await manageSuperuser(postgres, aws.endpoint, region, String(foundation.superuser_secret_arn));
    const functions = application.consumer_function_names as Readonly<Record<string, string>>;
    const logs = join(this.directory, "functions");
    await mkdir(logs, { recursive: true });
    const runner = new LambdaRunner({
      endpoint: aws.endpoint,
      region,
      assets: join(this.directory, "cdktf.out"),
      directory: logs,
      hosts: [host],
      extensions,
    });
    return {
      consumers: environment.consumers.map(({ name, secret }) => ({
        functionName: functions[name] ?? name,
        secret,
      })),
      ...(this.backend === "vault"
        ? { store: await this.vaultStore(host), source: "vault-proxy" }
        : { store: await this.nativeStore(runner), source: "secrets-manager" }),
      runner,
      postgres,
      certificateAuthorityPem: this.parts.authority.certificatePem,
    };
  }

  /** Copies the current secrets to Vault and makes it the backend that functions read from. */
  async moveToVault(deployed: Deployed): Promise<Deployed> {
    const { database_endpoint: host } = await this.outputs("foundation");
    const store = await this.vaultStore(String(host));
    for (const secret of deployed.store.secrets) {
      const current = (await deployed.store.versions(secret)).find((version) => version.current);
      const { username = "", password = "" } = current?.fields ?? {};
      await store.write(secret, { username, password });
    }
    await writeRunEnvironment(this.directory, { ...this.parts.settings, primary: "vault" });
    await this.deploy(() => {});
    return { ...deployed, store, source: "vault-proxy" };
  }

  /** Gives up the native backend, from which nothing reads any more; gives what was destroyed. */
  async leaveNative(onProgress: OnProgress): Promise<number> {
    const native = await this.destroy(onProgress, "local-native");
    await writeRunEnvironment(this.directory, { ...this.parts.settings, backend: "vault" });
    // Makes nothing, and takes the functions' permissions for Secrets Manager away.
    const permissions = await this.deploy(() => {});
    return native.resources + permissions.resources;
  }

  /** Plans a stack, which must come out without changes. */
  async planClean(stack: Stack): Promise<void> {
    const { directory } = this;
    const log = join(directory, `plan.${stack.name}.log`);
    const { changes } = await planChanges(stack.folder, {
      environment: this.parts.variables,
      excused: PHANTOM_DIFFS,
      log,
    });
    if (changes.length > 0) {
      throw new NotHeld(
        [`the plan of ${stack.name} has changes:`, ...changes.map(describeChange)].join("\n  "),
      );
    }
  }

  /** Searches the whole work folder for every password that any secret has had so far. */
  async searchPasswords(): Promise<LeakSearch> {
    const found = await searchLeaks(this.directory, this.passwords);
    if (found.places.length > 0) {
      throw new NotHeld([`a password is in ${found.places.length} places:`, ...found.places].join("\n  "));
    }
    return found;
  }

  async collectPasswords(stores: readonly SecretStore[]): Promise<void> {
    const moto = this.moto();
    const versions = await Promise.all([
      ...(await moto.arns()).map((arn) => moto.versions(arn)),
      ...stores.flatMap((store) => store.secrets.map((secret) => store.versions(secret))),
    ]);
    for (const { fields } of versions.flat()) if (fields.password) this.passwords.add(fields.password);
  }

  /** After destroy: no resource in a state, no secret in the emulator. */
  async nothingLeft(): Promise<void> {
    const left = [...(await this.moto().arns())];
    for (const stack of this.synthesized()) {
      const state = JSON.parse(
        await readFile(join(this.directory, `terraform.${stack.name}.tfstate`), "utf8"),
      );
      for (const { type, name } of state.resources) left.push(`${stack.name}: ${type}.${name}`);
    }
    if (left.length > 0) throw new NotHeld(["destroy left:", ...left].join("\n  "));
  }

  /** The stacks as they were synthesized last. */
  synthesized(): readonly Stack[] {
    return synthesizedStacks(this.output);
  }

  private get output(): string {
    return join(this.directory, "cdktf.out");
  }

  /** As `npm run deploy -- --auto-approve` does, or destroy. */
  private async drive(
    command: "deploy" | "destroy",
    onProgress: OnProgress,
    stacks: readonly Stack[],
  ): Promise<FinishedResources> {
    let done: FinishedResources = { resources: 0, databaseWaitMs: 0 };
    const line = (_: string, text: string): void => {
      const now = withLine(done, text);
      if (now !== done) onProgress(now);
      done = now;
    };
    const driver = new Driver({
      all: this.synthesized(),
      environment: this.parts.variables,
      screen: { isTerraforms: false, coloured: false, begin: () => {}, line },
      // The plan just before destroy refreshed everything.
      extra: { plan: command === "destroy" ? ["-refresh=false"] : [], apply: [] },
      log: (stack) => join(this.directory, `${command}.${stack}.log`),
    });
    for (const outcome of (await driver[command](stacks)).values()) {
      if (outcome.kind !== "failed") continue;
      const { error } = outcome;
      throw error instanceof StackFailed && error.cause instanceof CommandFailed ? error.cause : error;
    }
    return done;
  }

  private moto(): MotoSecrets {
    return new MotoSecrets(this.parts.aws.motoEndpoint, this.parts.environment.region);
  }

  private async nativeStore(runner: LambdaRunner): Promise<NativeStore> {
    const { aws, environment } = this.parts;
    const { secret_arns: arns } = await this.outputs("native");
    return new NativeStore({
      moto: this.moto(),
      scheduler: new RotationScheduler(aws.secretsManager, runner, environment.region),
      arns: arns as Readonly<Record<string, string>>,
    });
  }

  private async vaultStore(host: string): Promise<VaultStore> {
    const { vault, postgres, environment } = this.parts;
    if (!vault) throw new Error("this run has no Vault");
    const { secrets_path: path } = await this.outputs("vault");
    return new VaultStore({
      vault: { address: vault.address, token: vault.rootToken, caPem: vault.caPem },
      path: String(path),
      postgres,
      users: Object.fromEntries(environment.secrets.map(({ name, user }) => [name, user])),
      database: { host, port: postgres.port, dbname: environment.database.databaseName },
    });
  }

  private async outputs(part: string): Promise<Outputs> {
    const [stack] = selectStacks(this.synthesized(), [`local-${part}`]);
    return await readOutputs(String(stack?.folder), { environment: this.parts.variables });
  }
}
