import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type AwsEmulator, startAwsEmulator } from "../emulator/aws-emulator";
import { type CertificateAuthority, createCertificateAuthority } from "../emulator/certificates";
import { LambdaRunner } from "../emulator/lambda-runner";
import { type LocalPostgres, startPostgres } from "../emulator/postgres";
import { RotationScheduler } from "../emulator/rotation-scheduler";
import { describeChange, planChanges } from "../terraform/plan-changes";
import { type ProviderSource, terraformEnvironment } from "../terraform/provider-source";
import { readOutputs } from "../terraform/terraform";
import { type CdktfDone, type CdktfOptions, cdktf } from "./cdktf";
import { listSecretArns, manageSuperuser } from "./credentials";
import { type LeakSearch, searchLeaks } from "./leak-search";
import { type Deployed, NotHeld, passwordsOf } from "./rotations";
import { type LocalEnvironment, loadLocalEnvironment, writeRunEnvironment } from "./run-environment";
import type { Stops } from "./stops";

/** One local run: what it started, and the operations that its stages are made of. */
export class LocalRun {
  /** Every password there ever was, for the search. */
  readonly passwords = new Set<string>();

  private constructor(
    readonly directory: string,
    readonly aws: AwsEmulator,
    readonly postgres: LocalPostgres,
    private readonly authority: CertificateAuthority,
    private readonly settings: LocalEnvironment,
    private readonly environment: Readonly<Record<string, string>>,
  ) {
    this.passwords.add(postgres.superuser.password);
  }

  /** Starts the AWS emulator and PostgreSQL, which `stops` stops. */
  static async start(
    directory: string,
    provider: ProviderSource,
    stops: Stops,
    onInstall: () => void,
  ): Promise<LocalRun> {
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
    const file = await writeRunEnvironment(directory, {
      endpoint: aws.endpoint,
      databasePort: postgres.port,
      certificateAuthorityPem: authority.certificatePem,
      provider,
    });
    const settings = loadLocalEnvironment(file);
    const environment = { ...(await terraformEnvironment(provider, directory)), ENVIRONMENT: file };
    return new LocalRun(directory, aws, postgres, authority, settings, environment);
  }

  async cdktf(command: "deploy" | "destroy", onProgress: CdktfOptions["onProgress"]): Promise<CdktfDone> {
    const { environment, directory } = this;
    const log = join(directory, `${command}.log`);
    return await cdktf(command, { environment, output: join(directory, "cdktf.out"), log, onProgress });
  }

  /** Reads what was deployed, and does to the database what RDS would have done. */
  async deployed(): Promise<Deployed> {
    const { aws, postgres, directory, settings } = this;
    const { region } = settings;
    const [foundation, native, application] = await Promise.all(
      ["foundation", "native", "application"].map((part) =>
        readOutputs(this.#stack(part), { environment: this.environment }),
      ),
    );
    const host = String(foundation?.database_endpoint);
    await postgres.serveCertificateFor([host]);
    await manageSuperuser(postgres, aws.endpoint, region, String(foundation?.superuser_secret_arn));
    const functions = application?.consumer_function_names as Readonly<Record<string, string>>;
    const logs = join(directory, "functions");
    await mkdir(logs, { recursive: true });
    const assets = join(directory, "cdktf.out");
    const runner = new LambdaRunner({
      endpoint: aws.endpoint,
      region,
      assets,
      directory: logs,
      hosts: [host],
    });
    return {
      motoEndpoint: aws.motoEndpoint,
      region,
      secretArns: native?.secret_arns as Readonly<Record<string, string>>,
      consumers: settings.consumers.map(({ name, secret }) => ({
        functionName: functions[name] ?? name,
        secret,
      })),
      scheduler: new RotationScheduler(aws.secretsManager, runner, region),
      runner,
      postgres,
      certificateAuthorityPem: this.authority.certificatePem,
    };
  }

  /** Plans a stack, which must come out without changes. */
  async planClean(stack: string): Promise<void> {
    const { directory, environment } = this;
    const log = join(directory, `plan.${stack}.log`);
    const { changes } = await planChanges(join(directory, "cdktf.out", "stacks", stack), {
      environment,
      log,
    });
    if (changes.length > 0) {
      throw new NotHeld([`the plan of ${stack} has changes:`, ...changes.map(describeChange)].join("\n  "));
    }
  }

  /** Searches the whole work folder for every password that any secret has had so far. */
  async searchPasswords(): Promise<LeakSearch> {
    await this.collectPasswords();
    const found = await searchLeaks(this.directory, this.passwords);
    if (found.places.length > 0) {
      throw new NotHeld([`a password is in ${found.places.length} places:`, ...found.places].join("\n  "));
    }
    return found;
  }

  async collectPasswords(): Promise<void> {
    const { motoEndpoint } = this.aws;
    const arns = await listSecretArns(motoEndpoint, this.settings.region);
    for (const password of await passwordsOf(motoEndpoint, this.settings.region, arns))
      this.passwords.add(password);
  }

  /** After destroy: no resource in a state, no secret in the emulator. */
  async nothingLeft(): Promise<void> {
    const left = [...(await listSecretArns(this.aws.motoEndpoint, this.settings.region))];
    for (const stack of await this.stacks()) {
      const state = JSON.parse(await readFile(join(this.directory, `terraform.${stack}.tfstate`), "utf8"));
      for (const { type, name } of state.resources) left.push(`${stack}: ${type}.${name}`);
    }
    if (left.length > 0) throw new NotHeld(["destroy left:", ...left].join("\n  "));
  }

  /** The names of the stacks that were synthesized. */
  async stacks(): Promise<string[]> {
    const manifest = await readFile(join(this.directory, "cdktf.out", "manifest.json"), "utf8");
    return Object.keys(JSON.parse(manifest).stacks);
  }

  #stack(part: string): string {
    return join(this.directory, "cdktf.out", "stacks", `local-${part}`);
  }
}
