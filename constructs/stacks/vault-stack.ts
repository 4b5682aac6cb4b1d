import { Audit } from "@cdktf/provider-vault/lib/audit";
import { VaultProvider } from "@cdktf/provider-vault/lib/provider";
import { Annotations, AssetType, TerraformAsset, TerraformOutput, TerraformVariable } from "cdktf";
import type { IConstruct } from "constructs";
import { Account } from "../contracts/account";
import type { FunctionHost } from "../contracts/function-host";
import type { Environment } from "../environment";
import { layersFrom } from "../functions/layers";
import { allowTo } from "../network/security-group";
import { vaultExtensionLayerArn } from "../vault/extension/extension-layer";
import { AdoptedVaultServer } from "../vault/server/adopted-server";
import type { CreatedVaultServer } from "../vault/server/created/created-server";
import type { VaultServer } from "../vault/server/vault-server";
import { VaultBackend } from "../vault/vault-backend";
import { EnvironmentStack, type EnvironmentStackProps } from "./environment-stack";
import type { VaultServerStack } from "./vault-server-stack";

export interface VaultStackProps extends EnvironmentStackProps {
  readonly vault: NonNullable<Environment["vault"]>;
  readonly address: URL;
  /** Where functions run. */
  readonly functions: FunctionHost;
  /** Name of the IAM user that Vault calls AWS as with `awsCredentials` of kind `iam-user`. */
  readonly vaultUserName: string;
  /** The stack of a server that the environment makes. */
  readonly serverStack?: VaultServerStack;
}

/**
 * Configuration of a Vault server, and the way to one that is there already. The provider asks Vault whenever it plans,
 * with the token of VAULT_TOKEN.
 */
export class VaultStack extends EnvironmentStack {
  readonly backend: VaultBackend;
  readonly server: VaultServer;

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

  private get address(): URL {
    return this.props.address;
  }

  private get resolvesUniqueIds(): boolean {
    return this.props.vault.auth.awsCredentials.kind !== "none";
  }

  private addVaultProvider(): void {
    const { server, skipChildToken, providerVersion } = this.props.vault;
    const isAdopted = server.kind === "adopted";
    new VaultProvider(this, "VaultProvider", {
      address: isAdopted ? server.address : this.addressVariable(),
      tlsServerName: isAdopted ? undefined : this.address.hostname,
      namespace: isAdopted ? server.namespace : undefined,
      skipChildToken: skipChildToken || undefined,
      caCertFile:
        server.certificateAuthority &&
        new TerraformAsset(this, "CertificateAuthority", {
          path: server.certificateAuthority.path,
          type: AssetType.FILE,
        }).path,
    });
    this.addOverride("terraform.required_providers.vault.version", providerVersion);
  }

  /** Whoever deploys from outside the VPC has a tunnel to Vault, which begins at an address of their machine. */
  private addressVariable(): string {
    const variable = new TerraformVariable(this, "vault_address", {
      type: "string",
      default: this.address.origin,
      nullable: false,
      description:
        "Where Vault is reached from here; its certificate is for the server's own name all the same.",
    });
    variable.overrideLogicalId("vault_address");
    return variable.stringValue;
  }

  private addServer(): VaultServer {
    const { vault, functions: host, serverStack } = this.props;
    if (serverStack) return this.letFunctionsIn(serverStack.server);
    const location = vault.server.kind === "adopted" ? vault.server.location : undefined;
    if (!location) {
      Annotations.of(this).addWarning(
        "vault.server.location is not set: functions reach Vault's port anywhere in the VPC, and whether " +
          "Vault lets them in and can reach AWS STS is not checked here.",
      );
    }
    return new AdoptedVaultServer(this, "Server", { host, port: Number(this.address.port || 443), location });
  }

  /**
   * Not with the server: until it is initialised, whoever reaches it can do that. (A load balancer without a healthy
   * target sends to all. User Guide for Network Load Balancers, "Target group health".)
   */
  private letFunctionsIn(server: CreatedVaultServer): VaultServer {
    for (const vault of server.servers)
      allowTo(this, `FromLambda-${vault.id}`, vault, {
        fromSecurityGroupId: this.props.functions.securityGroupId,
        description: "Lambda functions read secrets from Vault",
      });
    return server;
  }

  private addBackend({ servers, stsUrl }: VaultServer): VaultBackend {
    const { server, auth, kv, extension, testSecret, loginsPerSecond, providerVersion } = this.props.vault;
    const { serverStack } = this.props;
    const { namePrefix, region, emulator } = this.environment;
    const stsRegion = auth.stsRegion ?? region;
    const usualSts = `https://${new Account(this.account.id, stsRegion).serviceHost("sts")}`;
    return new VaultBackend(this, "Vault", {
      servers,
      auth: {
        mount: auth.mount ?? `${namePrefix}-aws`,
        serverId: auth.serverId ?? this.address.hostname,
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
        address: this.address.origin,
        namespace: server.kind === "adopted" ? server.namespace : undefined,
        certificateAuthority: serverStack?.certificateAuthority ?? server.certificateAuthority?.pem,
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
