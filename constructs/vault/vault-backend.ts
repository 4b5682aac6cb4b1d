import { Policy } from "@cdktf/provider-vault/lib/policy";
import { Construct } from "constructs";
import type { SecretBackend, SecretConsumer } from "../secret-backend";
import { AwsAuth, type AwsAuthProps } from "./aws-auth";
import { KeyValueStore, type KeyValueStoreProps } from "./key-value-store";
import { PolicyBuilder } from "./policy";
import { isVaultSecretName, SECRET_NAME_RULE } from "./secret-name";
import { VaultExtension, type VaultExtensionProps } from "./vault-extension";

export interface VaultBackendProps {
  readonly auth: AwsAuthProps;
  readonly keyValue: KeyValueStoreProps;
  readonly extension: Omit<VaultExtensionProps, "authMount" | "serverId" | "stsRegion">;
  /** Also let functions list versions and read the metadata of their secrets. */
  readonly readMetadata: boolean;
  /**
   * Name of a secret that Terraform writes; see {@link KeyValueStore.addTestSecret}.
   *
   * @default - none
   */
  readonly testSecret?: string;
}

/** Secrets in HashiCorp Vault, read by functions through the Vault Lambda Extension. */
export class VaultBackend extends Construct implements SecretBackend {
  readonly source: string;
  private readonly auth: AwsAuth;
  private readonly keyValue: KeyValueStore;
  private readonly extension: VaultExtension;
  private readonly grants = new Map<string, { builder: PolicyBuilder; policy: Policy }>();

  constructor(
    scope: Construct,
    id: string,
    private readonly props: VaultBackendProps,
  ) {
    super(scope, id);
    const { auth, extension } = props;
    this.source = `vault-${extension.delivery}`;
    this.auth = new AwsAuth(this, "Auth", auth);
    this.keyValue = new KeyValueStore(this, "KeyValue", props.keyValue);
    this.extension = new VaultExtension({
      ...extension,
      authMount: auth.mount,
      serverId: auth.serverId,
      stsRegion: auth.stsRegion,
    });
    if (props.testSecret) this.keyValue.addTestSecret(props.testSecret);
  }

  /** API path below which the secrets are. */
  get secretsPath(): string {
    return this.keyValue.dataPath;
  }

  grantRead(consumer: SecretConsumer, secretName: string): void {
    this.permitRead(consumer, secretName);
    this.extension.add(consumer, this.keyValue.valuePath(secretName));
    consumer.addEnvironment({ SECRET_SOURCES: this.source, SECRET_VAULT_PATH: this.secretsPath });
  }

  permitRead(consumer: SecretConsumer, secretName: string): void {
    if (!isVaultSecretName(secretName)) {
      throw new Error(`${this.node.path}: \`secretName\` ${SECRET_NAME_RULE}, got "${secretName}"`);
    }
    const { builder, policy } = this.grantOf(consumer);
    builder.allow(this.keyValue.valuePath(secretName), "read");
    if (this.props.readMetadata) builder.allow(this.keyValue.metadataPath(secretName), "read", "list");
    policy.policy = builder.toString();
  }

  private grantOf(consumer: SecretConsumer) {
    const { name } = consumer.role;
    const known = this.grants.get(name);
    if (known) return known;
    const builder = new PolicyBuilder();
    const policy = new Policy(this, `Policy-${name}`, { name: this.auth.qualified(name), policy: "" });
    this.auth.admit(consumer, [policy.name]);
    const grant = { builder, policy };
    this.grants.set(name, grant);
    return grant;
  }
}
