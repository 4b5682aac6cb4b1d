import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { VaultProvider } from "@cdktf/provider-vault/lib/provider";
import { App, LocalBackend, TerraformStack } from "cdktf";
import { vaultExtensionLayerArn } from "../../../constructs/vault/extension/extension-layer";
import { VAULT_PROVIDER_VERSION } from "../../../constructs/vault/provider-version";
import { VaultBackend, type VaultBackendProps } from "../../../constructs/vault/vault-backend";
import { detectProviderSource } from "../../../scripts/terraform/provider-source";
import type { AwsEmulator } from "../../../testbed/aws/aws-emulator";
import type { LocalVault } from "../../../testbed/vault/server";
import { type RecordedConsumer, recordedConsumer } from "../../support/recorded-consumer";

export const REGION = "ap-northeast-2";
export const SERVER_ID = "vault.example.internal";
export const TTL_SECONDS = 5;

export interface VaultStacksOptions {
  /** In which each stack gets a folder. */
  readonly directory: string;
  readonly emulator: AwsEmulator;
  readonly vault: LocalVault;
}

/** Stacks that configure a Vault, and what they gave to the functions that read from it. */
export class VaultStacks {
  constructor(private readonly options: VaultStacksOptions) {}

  /** The seed's mount and secret. */
  get props(): VaultBackendProps {
    const { emulator, vault } = this.options;
    return {
      servers: [],
      auth: {
        mount: "aws",
        serverId: SERVER_ID,
        stsRegion: REGION,
        stsEndpoint: emulator.endpoint,
        resolveUniqueIds: false,
        tokenType: "batch",
        tokenTtlSeconds: TTL_SECONDS,
        boundCidrs: ["127.0.0.1/32"],
        loginsPerSecond: 1000,
      },
      kv: { mount: "kv/data/test", prefix: "", maxVersions: 3, deletionProtection: false },
      extension: {
        address: vault.address,
        certificateAuthority: vault.caPem,
        delivery: "proxy",
        layers: { x86_64: vaultExtensionLayerArn(REGION, "x86_64") },
      },
      testSecret: "lambda",
    };
  }

  synthesize(folder: string, changes: Partial<VaultBackendProps>, reader = consumer("functions")) {
    const { directory, vault } = this.options;
    mkdirSync(join(directory, folder), { recursive: true });
    const app = new App({ outdir: join(directory, folder, "cdktf.out") });
    const made = new TerraformStack(app, "vault");
    new LocalBackend(made, { path: "../../../vault.tfstate" });
    new VaultProvider(made, "VaultProvider", { address: vault.address });
    made.addOverride(
      "terraform.required_providers.vault.version",
      detectProviderSource().vault?.version ?? VAULT_PROVIDER_VERSION,
    );
    const backend = new VaultBackend(made, "Vault", { ...this.props, ...changes });
    const recorded = { reader, other: consumer("other") };
    backend.grantRead(recorded.reader, "lambda");
    // Its IAM role is nowhere: Vault would look for it in vain.
    if (!changes.auth?.resolveUniqueIds) backend.grantRead(recorded.other, "elsewhere");
    app.synth();
    return { stack: join(app.outdir, "stacks", "vault"), consumers: recorded };
  }
}

/** A function of the emulator's account. */
export function consumer(name: string, uniqueId = "AROAEXAMPLE"): RecordedConsumer {
  const arn = `arn:aws:iam::123456789012:role/${name}`;
  const role = { name, arn, uniqueId };
  return recordedConsumer(name, { role, architecture: "x86_64", cidrs: ["127.0.0.1/32"] });
}
