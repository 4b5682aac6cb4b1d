import { Audit } from "@cdktf/provider-vault/lib/audit";
import { VaultProvider } from "@cdktf/provider-vault/lib/provider";
import { Annotations, AssetType, TerraformAsset, TerraformOutput } from "cdktf";
import type { IConstruct } from "constructs";
import { Account } from "../contracts/account";
import type { FunctionHost } from "../contracts/function-host";
import type { Environment } from "../environment";
import { layersFrom } from "../functions/layers";
import { vaultExtensionLayerArn } from "../vault/extension/extension-layer";
import { AdoptedVaultServer } from "../vault/server/adopted-server";
import { VaultBackend } from "../vault/vault-backend";
import { EnvironmentStack, type EnvironmentStackProps } from "./environment-stack";

export interface VaultStackProps extends EnvironmentStackProps {
  readonly vault: NonNullable<Environment["vault"]>;
  /** Where functions run. */
  readonly functions: FunctionHost;
  /** Name of the IAM user that Vault calls AWS as with `awsCredentials` of kind `iam-user`. */
  readonly vaultUserName: string;
}

/**
 * Configuration of a Vault server that is there already, and the way to it. The provider asks Vault whenever it plans,
 * with the token of VAULT_TOKEN.
 */
export class VaultStack extends EnvironmentStack {
  readonly backend: VaultBackend;
  readonly server: AdoptedVaultServer;

  constructor(
    scope: IConstruct,
    id: string,
    private readonly props: VaultStackProps,
  ) {
    super(scope, id, props);
    this.addVaultProvider();
    this.server = this.addServer();
    this.backend = this.addBackend(this.server);
    this.addAudit();
    new TerraformOutput(this, "secrets_path", { value: this.backend.secretsPath, staticId: true });
  }

  /** Whether Vault can be told of a function's role before the role is there. */
  get knowsRolesBeforehand(): boolean {
    return !this.resolvesUniqueIds;
  }

  private get resolvesUniqueIds(): boolean {
    return this.props.vault.auth.awsCredentials.kind !== "none";
  }

  private addVaultProvider(): void {
    const { server, skipChildToken, providerVersion } = this.props.vault;
    const { address, namespace, certificateAuthority } = server;
    new VaultProvider(this, "VaultProvider", {
      address,
      namespace,
      skipChildToken: skipChildToken || undefined,
      caCertFile:
        certificateAuthority &&
        new TerraformAsset(this, "CertificateAuthority", {
          path: certificateAuthority.path,
          type: AssetType.FILE,
        }).path,
    });
    this.addOverride("terraform.required_providers.vault.version", providerVersion);
  }

  private addServer(): AdoptedVaultServer {
    const { address, location } = this.props.vault.server;
    if (!location) {
      Annotations.of(this).addWarning(
        "vault.server.location is not set: functions reach Vault's port anywhere in the VPC, and whether " +
          "Vault lets them in and can reach AWS STS is not checked here.",
      );
    }
    return new AdoptedVaultServer(this, "Server", {
      host: this.props.functions,
      port: Number(new URL(address).port || 443),
      location,
    });
  }

  private addBackend({ servers, stsUrl }: AdoptedVaultServer): VaultBackend {
    const { server, auth, kv, extension, testSecret, loginsPerSecond, providerVersion } = this.props.vault;
    const { address, namespace, certificateAuthority } = server;
    const { namePrefix, region, emulator } = this.environment;
    const stsRegion = auth.stsRegion ?? region;
    const usualSts = `https://${new Account(this.account.id, stsRegion).serviceHost("sts")}`;
    return new VaultBackend(this, "Vault", {
      servers,
      auth: {
        mount: auth.mount ?? `${namePrefix}-aws`,
        serverId: auth.serverId ?? new URL(address).hostname,
        stsRegion,
        stsEndpoint: emulator?.endpoint ?? stsUrl ?? usualSts,
        resolveUniqueIds: this.resolvesUniqueIds,
        iamEndpoint: emulator?.endpoint,
        accessKey:
          auth.awsCredentials.kind === "iam-user"
            ? { userName: this.props.vaultUserName, providerVersion }
            : undefined,
        tokenType: auth.tokenType,
        tokenTtlSeconds: auth.tokenTtlSeconds,
        loginsPerSecond,
        boundCidrs: auth.boundCidrs,
      },
      kv: { ...kv, mount: kv.mount ?? `${namePrefix}-kv` },
      extension: {
        address,
        namespace,
        certificateAuthority: certificateAuthority?.pem,
        delivery: extension.delivery,
        cacheSeconds: extension.cacheSeconds,
        layers: layersFrom(
          (architecture) => vaultExtensionLayerArn(region, architecture, extension.release),
          extension.layerArns,
        ),
      },
      testSecret,
    });
  }

  private addAudit(): void {
    const { audit } = this.props.vault;
    if (!audit) return;
    new Audit(this, "Audit", {
      type: "file",
      path: `${this.environment.namePrefix}-file`,
      options: { file_path: audit.filePath },
    });
  }
}
