import {
  BAKED_PLUGINS,
  VAULT_CLUSTER_PORT,
  VAULT_PORT,
  type VaultArtifact,
  type VaultNodeProps,
} from "./vault-node";

/** Where a node has what. The files in `files/` say the same. */
export const NODE_FOLDERS = {
  settings: "/etc/vault-server",
  programs: "/opt/vault-server",
  data: "/var/lib/vault-server",
} as const;

/** Certificate of the authority that signed the nodes', PEM. */
export const AUTHORITY_FILE = `${NODE_FOLDERS.settings}/tls/authority.pem`;

/** From the data's folder, where the unit starts the server. All nodes have to have the same path. */
export const AUDIT_LOG = "audit/audit.log";

/**
 * The server's configuration as its JSON file has it: raft over fixed addresses, unsealed by KMS, TLS from end to end.
 * Source: Vault documentation, "Integrated storage (Raft) backend", "AWS KMS seal", "TCP listener".
 */
export function serverConfiguration(node: VaultNodeProps): Readonly<Record<string, unknown>> {
  const { settings, programs, data } = NODE_FOLDERS;
  const certificate = `${settings}/tls/certificate.pem`;
  const key = `${settings}/tls/key.pem`;
  const kmsUrl = node.endpointUrls?.kms;
  return {
    cluster_name: node.clusterName,
    // Where a standby sends a client: no client knows the nodes' addresses.
    api_addr: `https://${node.hostName}:${VAULT_PORT}`,
    cluster_addr: `https://${node.address}:${VAULT_CLUSTER_PORT}`,
    // Raft maps its files into memory. The unit keeps the server out of swap.
    disable_mlock: true,
    // OpenBao refuses to start where it is missing, as it is in an image without plugins.
    plugin_directory: !node.artifacts && node.plugins?.length ? BAKED_PLUGINS : `${programs}/plugins`,
    listener: {
      tcp: {
        address: `${node.address}:${VAULT_PORT}`,
        cluster_address: `${node.address}:${VAULT_CLUSTER_PORT}`,
        tls_cert_file: certificate,
        tls_key_file: key,
        tls_min_version: "tls12",
      },
    },
    storage: {
      raft: {
        path: `${data}/raft`,
        node_id: node.nodeId,
        // Seconds without its leader until a node asks for votes, and as many for these. The usual 5 are for machines
        // smaller than any here, and had clients wait 18 s for the next leader; 1 is for those with time of their own.
        performance_multiplier: 2,
        ...retryJoin(node),
      },
    },
    seal: {
      awskms: { region: node.region, kms_key_id: node.sealKeyArn, ...(kmsUrl && { endpoint: kmsUrl }) },
    },
    telemetry: { disable_hostname: true, prometheus_retention_time: "1h" },
    ...(node.software === "openbao" && { audit: fileAudit(), ...pluginCatalog(node.plugins) }),
  };
}

/** A server refuses to start with an empty list, so a node that is alone has none. */
function retryJoin({ addresses, address: own, hostName }: VaultNodeProps): object {
  const others = addresses.filter((address) => address !== own);
  const retry_join = others.map((address) => ({
    leader_api_addr: `https://${address}:${VAULT_PORT}`,
    leader_tls_servername: hostName,
    leader_ca_cert_file: AUTHORITY_FILE,
  }));
  return retry_join.length > 0 ? { retry_join } : {};
}

/**
 * OpenBao's plugins, such as `openbao-plugin-auth-aws`, each at the name at its end. It takes a changed checksum over
 * into its catalog when it starts, so a version says nothing here (OpenBao documentation, "Declarative plugins").
 */
export function pluginCatalog(plugins: readonly VaultArtifact[] = []): object {
  const plugin = plugins.flatMap(({ name: command, sha256: sha256sum }) => {
    const [, type, name] = /^openbao-plugin-(auth|database|secret)s?-(.+)$/.exec(command) ?? [];
    return type && name ? [{ [type]: { [name]: { command, version: "v0.0.0", sha256sum } } }] : [];
  });
  // It refuses to start with an empty list.
  return plugin.length > 0 ? { plugin_auto_register: true, plugin } : {};
}

/**
 * OpenBao takes audit devices from its configuration alone, Vault from its API alone. Without a description, its parser
 * of JSON takes `options` for a part of the block's name.
 */
function fileAudit(): object {
  const options = { file_path: AUDIT_LOG, mode: "0600" };
  return { file: { "to-file": { description: "Shipped to CloudWatch Logs", options } } };
}
