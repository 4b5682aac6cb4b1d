import { DataAwsSecretsmanagerSecret } from "@cdktf/provider-aws/lib/data-aws-secretsmanager-secret";
import { DataAwsSsmParameter } from "@cdktf/provider-aws/lib/data-aws-ssm-parameter";
import { TerraformOutput } from "cdktf";
import type { IConstruct } from "constructs";
import type { FunctionHost } from "../contracts/function-host";
import { mapped } from "../contracts/mapped";
import type { CreatedVaultSettings } from "../environment";
import { CreatedVaultServer } from "../vault/server/created/created-server";
import type { VaultStorage } from "../vault/server/created/storage";
import { vaultServerNames } from "../vault/server/node/names";
import { EnvironmentStack, type EnvironmentStackProps } from "./environment-stack";

export interface VaultServerStackProps extends EnvironmentStackProps {
  readonly settings: CreatedVaultSettings;
  readonly address: URL;
  /** Where functions run, and the nodes. */
  readonly functions: FunctionHost;
  readonly storage: VaultStorage;
}

/** A Vault server, and how the environment's other stacks find it. `npm run vault:init` makes it ready for them. */
export class VaultServerStack extends EnvironmentStack {
  readonly server: CreatedVaultServer;
  /** Certificate of the authority that signed the server's, PEM; undefined where a public one did. */
  readonly certificateAuthority?: string;

  constructor(
    scope: IConstruct,
    id: string,
    private readonly props: VaultServerStackProps,
  ) {
    super(scope, id, props);
    const { certificateSecretArn, certificateAuthority } = props.settings;
    this.certificateAuthority = certificateSecretArn ? certificateAuthority?.pem : this.madeAuthority();
    this.server = this.addServer(certificateSecretArn ?? this.madeCertificateArn());
    this.addOutputs();
  }

  private get names() {
    return vaultServerNames(this.environment.namePrefix);
  }

  /** Not the parameter's `value`, which the provider takes for a secret. */
  private madeAuthority(): string {
    const name = this.names.authorityParameter;
    return new DataAwsSsmParameter(this, "CertificateAuthority", { name }).insecureValue;
  }

  private madeCertificateArn(): string {
    return new DataAwsSecretsmanagerSecret(this, "Certificate", { name: this.names.certificateSecret }).arn;
  }

  private addServer(certificateSecretArn: string): CreatedVaultServer {
    const { functions: host, storage, address, settings } = this.props;
    const { binary, endpoints, snapshots, ...server } = settings;
    const isArtifact = binary.kind === "artifact";
    return new CreatedVaultServer(this, "Server", {
      ...server,
      host,
      storage,
      hostName: address.hostname,
      imageId: isArtifact ? undefined : binary.imageId,
      program: isArtifact ? { name: server.software, sha256: binary.sha256 } : undefined,
      plugins: binary.plugins,
      certificateSecretArn,
      existingEndpointGroupIds: endpoints?.kind === "adopted" ? endpoints.securityGroupIds : undefined,
      snapshotSchedule: snapshots.schedule,
    });
  }

  private addOutputs(): void {
    const { address, storage } = this.props;
    const nodes = mapped(this.server.machines, (machine) => ({
      instance_id: machine.instanceId,
      address: machine.address,
      tunnel_document: machine.tunnelDocument,
      resource: machine.resourceAddress,
    }));
    const value = {
      address: address.origin,
      certificate_authority: this.certificateAuthority ?? "",
      sts_url: this.server.operatorStsUrl,
      bucket: storage.bucket.name,
      nodes,
    };
    new TerraformOutput(this, "vault_server", { value, staticId: true });
  }
}
