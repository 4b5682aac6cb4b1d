/** A server of Vault, or of its free sibling. */
export type VaultSoftware = "vault" | "openbao";

/** A file of the artifact bucket that is a program. */
export interface VaultArtifact {
  /** Name of the program, for example `vault` or `openbao-plugin-auth-aws`. */
  readonly name: string;
  /** SHA-256 of the program in hexadecimal; its key in the bucket is `artifactKey` of it. */
  readonly sha256: string;
}

/** The program with which OpenBao knows logins by AWS (OpenBao documentation, "AWS auth method"). */
export const AWS_AUTH_PLUGIN = "openbao-plugin-auth-aws";

/** AWS services that a node calls by the AWS CLI or, for `kms`, from the server itself. */
export type NodeService = "kms" | "logs" | "monitoring" | "s3" | "secretsmanager";

/** Who may log in as an operator, see `initialRequests`. */
export type OperatorLogin =
  | {
      readonly kind: "aws";
      /** ARNs of IAM roles and users. */
      readonly principalArns: readonly string[];
      readonly stsRegion: string;
      /** URL at which the server has logins checked. */
      readonly stsUrl: string;
    }
  | {
      readonly kind: "certificate";
      /** Certificates of clients, or of the authority that signs them, PEM. */
      readonly certificatePem: string;
    };

/** How the first node of OpenBao initialises the server, without a root token that anybody sees. */
export interface SelfInitialisation {
  /** EBS volume (`vol-…`) that this is for, while it is new: a node that lost its data has to join the others. */
  readonly volumeId: string;
  readonly operators: OperatorLogin;
}

/**
 * One node of a created Vault server. Every string may be a Terraform token, but for those that say otherwise. None is
 * a secret: what is rendered from it is user data, which whoever may describe the instance can read.
 */
export interface VaultNodeProps {
  readonly software: VaultSoftware;
  readonly region: string;
  /** Name of the cluster: in metrics, log streams and the server's own telemetry. */
  readonly clusterName: string;
  /** Unique in the cluster and kept by the machine that replaces this one, for example `node-1`. No token. */
  readonly nodeId: string;
  /** Private IPv4 address of this node. */
  readonly address: string;
  /** Private IPv4 addresses of all nodes, this one included. */
  readonly addresses: readonly string[];
  /** Name at which clients find the server, and which its certificate is for. */
  readonly hostName: string;
  /** ARN of the KMS key that unseals. */
  readonly sealKeyArn: string;
  /** EBS volume (`vol-…`) that keeps the data and outlives the node. */
  readonly dataVolumeId: string;
  /**
   * The server's program in the artifact bucket, where its plugins are then, too. `npm run vault:artifact` puts them
   * there.
   *
   * @default - the machine image has the program at `BAKED_BINARY`, and plugins in `BAKED_PLUGINS`
   */
  readonly artifacts?: { readonly bucket: string; readonly server: VaultArtifact };
  /** @default - none */
  readonly plugins?: readonly VaultArtifact[];
  /** @default - `npm run vault:init` initialises the server */
  readonly selfInitialisation?: SelfInitialisation;
  /**
   * Secret with the JSON object `{ "certificate": …, "key": …, "authority": … }`, each PEM: the server's certificate
   * with its intermediates, its private key, the certificate of each trusted authority. `npm run vault:tls` makes it.
   */
  readonly certificateSecretArn: string;
  readonly snapshotBucket: string;
  /** In front of the snapshots' names, without slashes at its ends. */
  readonly snapshotPrefix: string;
  /** When the leader takes a snapshot: a calendar event of systemd.time(7), for example `*-*-* *:15:00`. No token. */
  readonly snapshotSchedule: string;
  /** CloudWatch log group of the audit log; each node has a stream of its `nodeId`. */
  readonly auditLogGroup: string;
  /** Of the metrics `NODE_METRICS`. */
  readonly metricsNamespace: string;
  /**
   * URLs of interface endpoints whose usual host name does not lead to them.
   *
   * @default - the usual host names
   */
  readonly endpointUrls?: Readonly<Partial<Record<NodeService, string>>>;
}

/** Where a baked machine image has the server's program. */
export const BAKED_BINARY = "/usr/local/bin/vault-server";
/** Folder with its plugins: files, as OpenBao follows no link out of it. */
export const BAKED_PLUGINS = "/usr/local/lib/vault-server";

export const VAULT_PORT = 8200;
/** Between nodes: raft, and requests that a standby forwards. */
export const VAULT_CLUSTER_PORT = 8201;

/** How a balancer checks a node: 200 only when it is initialised and unsealed, leader or not. Times are in seconds. */
export const HEALTH_CHECK = {
  path: "/v1/sys/health?standbyok=true&perfstandbyok=true",
  interval: 5,
  timeout: 3,
  healthyThreshold: 2,
  unhealthyThreshold: 2,
} as const;

/** Key of a program in the artifact bucket. By content: what a key holds never changes. */
export function artifactKey({ sha256 }: Pick<VaultArtifact, "sha256">): string {
  return `vault-server/${sha256}`;
}
