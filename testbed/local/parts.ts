import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createCertificateAuthority } from "../../scripts/support/certificates";
import type { ProviderSource } from "../../scripts/terraform/provider-source";
import { type AwsEmulator, startAwsEmulator } from "../aws/aws-emulator";
import type { FaultOptions } from "../aws/faults/faults";
import { shareProviders } from "../terraform/running-providers/running-providers";
import { typesIn } from "../terraform/synthesized-types";
import { vaultProgram } from "../vault/program";
import type { Backends } from "./arguments";
import { CreatedVault, type DeployedVault } from "./created-vault";
import type { ChosenDatabase } from "./databases/choice";
import type { LocalDatabase } from "./databases/local-database";
import {
  type LocalEnvironment,
  loadLocalEnvironment,
  type RunSettings,
  runVariables,
  writeRunEnvironment,
} from "./run-environment";
import { type HandWork, LocalStacks } from "./stacks";
import type { StartedServers } from "./started-servers";
import { findVaultBinaries, provideExtension } from "./vault";

export interface LocalRunOptions {
  readonly directory: string;
  readonly backends: Backends;
  readonly chosen: readonly ChosenDatabase[];
  readonly provider: ProviderSource;
  /** Stops what is started. */
  readonly servers: StartedServers;
  /** Called if moto has to be installed first. */
  readonly onInstall: () => void;
  /** What AWS does on a bad day, all the time. @default - it answers at once, and what is */
  readonly faults?: FaultOptions;
}

/** What a run works with. */
export interface Parts {
  readonly aws: AwsEmulator;
  readonly databases: readonly LocalDatabase[];
  readonly vault?: CreatedVault;
  readonly settings: RunSettings;
  readonly environment: LocalEnvironment;
  /** See the runner of functions, `LambdaRunner`. */
  readonly extensions: Readonly<Record<string, string>>;
  readonly stacks: LocalStacks;
}

/** Starts the AWS emulator and the databases, and Vault if the backends need it. */
export async function startParts(options: LocalRunOptions): Promise<Parts> {
  const { directory, backends, chosen, provider, servers, onInstall } = options;
  const binaries = backends.includes("vault") ? findVaultBinaries() : undefined;
  const certificateAuthority = await createCertificateAuthority("Local run", inTenYears());
  const startDatabase = async ({ product, ...settings }: ChosenDatabase): Promise<LocalDatabase> => {
    const folder = join(directory, `database-${settings.name}`);
    await mkdir(folder);
    return await product.start({ ...settings, directory: folder, certificateAuthority });
  };
  const [aws, ...databases] = await servers.start<[AwsEmulator, ...LocalDatabase[]]>([
    startAwsEmulator({ directory, onInstall }),
    ...chosen.map(startDatabase),
  ]);
  if (options.faults) aws.faults.begin(options.faults);
  const settings: RunSettings = {
    backends,
    endpoint: aws.endpoint,
    databasePorts: Object.fromEntries(databases.map(({ name, port }) => [name, port])),
    certificateAuthorityPem: certificateAuthority.certificatePem,
    provider,
    vaultProgram: binaries && vaultProgram(binaries.server),
  };
  const file = await writeRunEnvironment(directory, settings);
  const environment = loadLocalEnvironment(file);
  const extensions = binaries ? await provideExtension(aws.endpoint, environment, binaries) : {};
  const { account, region, namePrefix } = environment;
  const vault =
    settings.vaultProgram &&
    new CreatedVault({
      directory: join(directory, "vault"),
      endpoint: aws.endpoint,
      account,
      region,
      namePrefix,
      program: settings.vaultProgram,
    });
  if (vault) await servers.start([Promise.resolve(vault)]);
  const sharing = shareProviders(directory, provider);
  if (sharing) await servers.start([Promise.resolve({ stop: async () => sharing.stop() })]);
  Object.assign(process.env, sharing?.variables);
  const variables = await runVariables(directory, file, provider);
  const stacks = new LocalStacks(directory, variables, {
    handWork: vault && operatorsWork(vault),
    onSynthesized: (output) => sharing?.know(typesIn(output)),
  });
  return { aws, databases, vault, settings, environment, extensions, stacks };
}

/** Good for so long that no alarm says that it ends, as RDS's authorities are. */
function inTenYears(): Date {
  const date = new Date();
  date.setUTCFullYear(date.getUTCFullYear() + 10);
  return date;
}

/** What `vault:artifact`, `vault:tls` and `vault:init` do, each at its time. */
function operatorsWork(vault: CreatedVault): readonly HandWork[] {
  return [
    {
      before: "local-vault-server",
      work: async (stacks) => {
        await vault.provide(String((await stacks.outputs("local-foundation")).vault_bucket));
        return {};
      },
    },
    {
      before: "local-vault",
      work: async (stacks) => {
        await vault.start((await stacks.outputs("local-vault-server")).vault_server as DeployedVault);
        return vault.variables;
      },
    },
  ];
}
