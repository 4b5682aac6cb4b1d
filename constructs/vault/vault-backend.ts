import { Policy } from "@cdktf/provider-vault/lib/policy";
import { Construct } from "constructs";
import type { SourceName } from "../../lambda/secret-reader/contract/source-names";
import { VARIABLE } from "../../lambda/secret-reader/contract/variables";
import { ConstructError } from "../contracts/construct-error";
import type { NetworkServer, SecretBackend, SecretConsumer } from "../contracts/secret-backend";
import { VaultExtension, type VaultExtensionProps } from "./extension/vault-extension";
import { AwsAuth, type AwsAuthProps } from "./login/aws-auth";
import { KeyValueStore, type KeyValueStoreProps } from "./store/key-value-store";
import { isVaultSecretName, SECRET_NAME_RULE } from "./store/secret-name";

export interface VaultBackendProps {
  /** Where functions connect to Vault. */
  readonly servers: readonly NetworkServer[];
  readonly auth: AwsAuthProps;
  readonly kv: KeyValueStoreProps;
  readonly extension: Omit<VaultExtensionProps, "authMount" | "serverId" | "stsRegion">;
  /**
   * Name of a secret that Terraform writes; see {@link KeyValueStore.addTestSecret}.
   *
   * @default - none
   */
  readonly testSecret?: string;
}

/** Secrets in HashiCorp Vault, read by functions through the Vault Lambda Extension. */
export class VaultBackend extends Construct implements SecretBackend {
  readonly sources: readonly SourceName[];
  readonly servers: readonly NetworkServer[];
  private readonly auth: AwsAuth;
  private readonly keyValue: KeyValueStore;
  private readonly extension: VaultExtension;
  private readonly grants = new Map<string, { paths: Set<string>; policy: Policy }>();

  constructor(scope: Construct, id: string, props: VaultBackendProps) {
    super(scope, id);
    const { auth, extension } = props;
    this.servers = props.servers;
    this.sources = [`vault-${extension.delivery}`];
    this.auth = new AwsAuth(this, "Auth", auth);
    this.keyValue = new KeyValueStore(this, "KeyValue", props.kv);
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
    consumer.addVariables({
      [VARIABLE.sources]: this.sources.join(),
      [VARIABLE.vaultPath]: this.secretsPath,
    });
  }

  permitRead(consumer: SecretConsumer, secretName: string): void {
    if (!isVaultSecretName(secretName)) {
      throw new ConstructError(this, `\`secretName\` ${SECRET_NAME_RULE}, got "${secretName}"`);
    }
    const { paths, policy } = this.grantOf(consumer);
    policy.policy = readPolicy(paths.add(this.keyValue.valuePath(secretName)));
  }

  private grantOf(consumer: SecretConsumer) {
    const { name } = consumer.role;
    const known = this.grants.get(name);
    if (known) return known;
    const policy = new Policy(this, `Policy-${name}`, { name: this.auth.qualified(name), policy: "" });
    this.auth.admit(consumer, [policy.name]);
    const grant = { paths: new Set<string>(), policy };
    this.grants.set(name, grant);
    return grant;
  }
}

/** A Vault ACL policy, in the order of its paths (Vault documentation, "Policies"); it denies all others. */
function readPolicy(paths: ReadonlySet<string>): string {
  return [...paths]
    .sort()
    .map((path) => `path "${path}" {\n  capabilities = ["read"]\n}\n`)
    .join("\n");
}
