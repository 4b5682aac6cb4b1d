import { Audit } from "@cdktf/provider-vault/lib/audit";
import { VaultProvider } from "@cdktf/provider-vault/lib/provider";
import { Annotations, AssetType, TerraformAsset, TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { Account } from "../account";
import type { Environment } from "../environment";
import { layersFrom } from "../functions/layers";
import { vaultExtensionLayerArn } from "../vault/extension-layer";
import { VaultBackend } from "../vault/vault-backend";
import { VaultReach } from "../vault/vault-reach";
import { EnvironmentStack } from "./environment-stack";
import type { FoundationStack } from "./foundation-stack";

export type VaultSettings = NonNullable<Environment["vault"]>;

export interface VaultStackProps {
  readonly foundation: FoundationStack;
  readonly settings: VaultSettings;
}

/**
 * Configuration of a Vault server that is there already, and the way to it. The provider asks Vault whenever it plans,
 * with the token of VAULT_TOKEN.
 */
export class VaultStack extends EnvironmentStack {
  readonly backend: VaultBackend;

  constructor(
    scope: Construct,
    environment: Environment,
    private readonly props: VaultStackProps,
  ) {
    super(scope, "vault", environment);

    this.addProvider();
    this.backend = this.addBackend(this.addReach());
    this.addAudit();
    new TerraformOutput(this, "secrets_path", { value: this.backend.secretsPath, staticId: true });
  }

  /** Whether Vault can be told of a function's role before the role is there. */
  get knowsRolesBeforehand(): boolean {
    return !this.resolvesUniqueIds;
  }

  private get resolvesUniqueIds(): boolean {
    return this.props.settings.auth.awsCredentials.kind !== "none";
  }

  private addProvider(): void {
    const { address, namespace, providerVersion } = this.props.settings;
    const { vaultCertificateAuthority: authority } = this.environment;
    new VaultProvider(this, "VaultProvider", {
      address,
      namespace,
      caCertFile:
        authority &&
        new TerraformAsset(this, "CertificateAuthority", { path: authority.path, type: AssetType.FILE }).path,
    });
    this.addOverride("terraform.required_providers.vault.version", providerVersion);
  }

  private addReach(): VaultReach {
    const { foundation, settings } = this.props;
    const { location } = settings;
    if (!location) {
      Annotations.of(this).addWarning(
        "vault.location is not set: functions reach Vault's port anywhere in the VPC, and that Vault lets them in and can " +
          "reach AWS STS is not seen to here.",
      );
    }
    return new VaultReach(this, "Reach", {
      account: this.account,
      name: this.environment.namePrefix,
      network: foundation.network,
      lambdaSecurityGroupId: foundation.lambdaSecurityGroupId,
      port: Number(new URL(settings.address).port || 443),
      location,
      stsEndpoint: location?.kind === "vpc" && location.stsEndpoint,
      ownVpc: this.environment.network.kind === "created",
    });
  }

  private addBackend(reach: VaultReach): VaultBackend {
    const { settings, foundation } = this.props;
    const { address, namespace, auth, kv, extension, testSecret, loginsPerSecond } = settings;
    const { namePrefix, region, emulator, consumerArchitecture, vaultCertificateAuthority } =
      this.environment;
    const stsRegion = auth.stsRegion ?? region;
    const usualSts = `https://${new Account(this.account.id, stsRegion).serviceHost("sts")}`;
    return new VaultBackend(this, "Vault", {
      auth: {
        mount: auth.mount ?? `${namePrefix}-aws`,
        serverId: auth.serverId ?? new URL(address).hostname,
        stsRegion,
        stsEndpoint: emulator?.endpoint ?? reach.stsUrl ?? usualSts,
        resolveUniqueIds: this.resolvesUniqueIds,
        iamEndpoint: emulator?.endpoint,
        accessKey:
          auth.awsCredentials.kind === "iam-user"
            ? { userName: foundation.vaultUserName, providerVersion: settings.providerVersion }
            : undefined,
        tokenType: auth.tokenType,
        tokenTtlSeconds: auth.tokenTtlSeconds,
        loginsPerSecond,
        tokenBoundCidrs: auth.boundCidrs ?? foundation.network.addresses.subnets,
      },
      keyValue: { ...kv, mount: kv.mount ?? `${namePrefix}-kv` },
      extension: {
        address,
        namespace,
        certificateAuthority: vaultCertificateAuthority?.pem,
        delivery: extension.delivery,
        cacheSeconds: extension.cacheSeconds,
        layers: extension.layerArn
          ? { [consumerArchitecture]: extension.layerArn }
          : layersFrom((architecture) => vaultExtensionLayerArn(region, architecture, extension.release)),
      },
      readMetadata: kv.readMetadata,
      testSecret,
    });
  }

  private addAudit(): void {
    const { audit } = this.props.settings;
    if (!audit) return;
    new Audit(this, "Audit", {
      type: "file",
      path: `${this.environment.namePrefix}-file`,
      options: { file_path: audit.filePath },
    });
  }
}
