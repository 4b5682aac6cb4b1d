import { vaultFileVariables } from "../../../lambda/secret-reader/contract/variables";
import type { LayerArns } from "../../contracts/layers";
import type { SecretConsumer } from "../../contracts/secret-backend";
import { layerFor } from "../../functions/layers";

export interface VaultExtensionProps {
  /** Address of Vault. */
  readonly address: string;
  readonly namespace?: string;
  /** PEM certificates that Vault's certificate is verified with. */
  readonly certificateAuthority?: string;
  readonly authMount: string;
  readonly serverId: string;
  readonly stsRegion: string;
  readonly delivery: "proxy" | "file";
  /** The layer with the extension. */
  readonly layers: LayerArns;
  /** How long the extension keeps answers; it keeps none if left out. */
  readonly cacheSeconds?: number;
}

/** Where the extension listens; it has no setting for that. */
const PROXY = "http://127.0.0.1:8200";

/**
 * The Vault Lambda Extension of a function: a layer and the variables that it reads (README of
 * hashicorp/vault-lambda-extension, "Configuration").
 */
export class VaultExtension {
  private readonly files = new Map<SecretConsumer, string[]>();

  constructor(private readonly props: VaultExtensionProps) {}

  /** @param path API path of the secret's value, with `/data/`. */
  add(consumer: SecretConsumer, path: string): void {
    consumer.addLayer(layerFor(consumer, this.props.layers, "the Vault Lambda Extension"));
    consumer.addVariables({
      ...this.loginVariables(consumer),
      ...(this.props.delivery === "proxy" ? this.proxyVariables() : this.fileVariables(consumer, path)),
    });
  }

  private loginVariables({ role }: SecretConsumer): Record<string, string> {
    const { address, namespace, certificateAuthority, authMount, serverId, stsRegion } = this.props;
    return {
      VLE_VAULT_ADDR: address,
      VAULT_AUTH_PROVIDER: authMount,
      VAULT_AUTH_ROLE: role.name,
      VAULT_IAM_SERVER_ID: serverId,
      VAULT_STS_ENDPOINT_REGION: stsRegion,
      // For all attempts together. Lambda ends an initialisation after 10 s, without a word of the reason.
      VAULT_CLIENT_TIMEOUT: "8s",
      ...(namespace && { VAULT_NAMESPACE: namespace }),
      ...(certificateAuthority && { VAULT_CACERT_BYTES: certificateAuthority }),
    };
  }

  private proxyVariables(): Record<string, string> {
    const { cacheSeconds } = this.props;
    return {
      VAULT_RUN_MODE: "proxy",
      // So that Vault's own client libraries, too, talk to the proxy.
      VAULT_ADDR: PROXY,
      ...(cacheSeconds && {
        VAULT_DEFAULT_CACHE_TTL: `${cacheSeconds}s`,
        VAULT_DEFAULT_CACHE_ENABLED: "true",
      }),
    };
  }

  private fileVariables(consumer: SecretConsumer, path: string): Record<string, string> {
    const paths = this.files.get(consumer) ?? [];
    this.files.set(consumer, paths);
    if (!paths.includes(path)) paths.push(path);
    return { VAULT_RUN_MODE: "file", ...vaultFileVariables(path, paths.indexOf(path) + 1) };
  }
}
