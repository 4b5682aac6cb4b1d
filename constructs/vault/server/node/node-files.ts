import { readFileSync } from "node:fs";
import { Token } from "cdktf";
import { packagedFile } from "../../../functions/packaged-file";
import { selfInitialisation } from "./self-initialisation";
import { AUTHORITY_FILE, NODE_FOLDERS, serverConfiguration } from "./server-configuration";
import { artifactKey, BAKED_BINARY, type NodeService, VAULT_PORT, type VaultNodeProps } from "./vault-node";

/** A file as a node has it. */
export interface NodeFile {
  readonly path: string;
  /** As chmod takes it, for example `0644`. */
  readonly mode: string;
  readonly content: string;
}

const SCRIPTS = [
  "prepare",
  "fetch-artifact",
  "mount-data",
  "initialised",
  "join",
  "certificate",
  "audit",
  "metrics",
  "snapshot",
] as const;

/** Scripts that a timer starts: that long after boot, and after each run. */
const REPEATED = [
  { name: "audit", what: "Audit log of Vault to CloudWatch Logs", pause: "1min" },
  { name: "certificate", what: "Renewed certificate of the Vault server", pause: "15min" },
  { name: "metrics", what: "Metrics of the Vault server to CloudWatch", pause: "1min" },
] as const;

/** Of the server's user and group: free in Amazon Linux 2023, which gives system users the highest below 1000 first. */
const USER_ID = 820;

/** What the node starts by itself, at every boot. */
export const NODE_SERVICES = [
  "vault-server.service",
  "vault-audit.timer",
  "vault-certificate.timer",
  "vault-metrics.timer",
  "vault-snapshot.timer",
] as const;

/** Everything that a node gets. The scripts are the same on every node: what differs is in `node.env`. */
export function nodeFiles(node: VaultNodeProps): readonly NodeFile[] {
  const { settings, programs } = NODE_FOLDERS;
  const initialisation = selfInitialisation(node);
  return [
    { path: `${settings}/node.env`, mode: "0644", content: nodeEnvironment(node) },
    { path: `${settings}/server.json`, mode: "0644", content: JSON.stringify(serverConfiguration(node)) },
    ...(initialisation
      ? [
          {
            path: `${programs}/initialise.json`,
            mode: "0644",
            content: JSON.stringify(initialisation),
          },
        ]
      : []),
    ...SCRIPTS.map((name) => ({ path: `${programs}/libexec/${name}`, mode: "0755", content: shipped(name) })),
    ...Object.entries(units(node)).map(([name, content]) => ({
      path: `/etc/systemd/system/${name}`,
      mode: "0644",
      content,
    })),
    // A number of its own: the data outlives the machine, and another image could give the next free one to others.
    // No home: systemd gives it to what root runs before the server, and AWS CLI and Python take code from there.
    {
      path: "/etc/sysusers.d/vault-server.conf",
      mode: "0644",
      content: `u vault-server ${USER_ID} "Vault server"\n`,
    },
    // A core file would have every secret in it.
    {
      path: "/etc/sysctl.d/90-vault-server.conf",
      mode: "0644",
      content: "kernel.core_pattern=|/bin/false\n",
    },
  ];
}

function shipped(name: string): string {
  return readFileSync(packagedFile(`constructs/vault/server/node/files/${name}`), "utf8");
}

/** What the scripts and units know of this node, as systemd's EnvironmentFile and a shell read it alike. */
function nodeEnvironment(node: VaultNodeProps): string {
  const { artifacts, plugins = [] } = node;
  const variables = {
    AWS_REGION: node.region,
    // AWS CLI 2 otherwise opens a pager.
    AWS_PAGER: "",
    ...endpointVariables(node.endpointUrls),
    VAULT_ADDR: `https://${node.address}:${VAULT_PORT}`,
    VAULT_TLS_SERVER_NAME: node.hostName,
    VAULT_CACERT: AUTHORITY_FILE,
    CLUSTER: node.clusterName,
    NODE_ID: node.nodeId,
    HOST_NAME: node.hostName,
    DATA_VOLUME: node.dataVolumeId,
    INITIALISED_VOLUME: node.selfInitialisation?.volumeId ?? "",
    IS_FIRST: String(node.address === node.addresses[0]),
    OTHER_NODES: node.addresses.filter((address) => address !== node.address).join(","),
    BAKED_BINARY: artifacts ? "" : BAKED_BINARY,
    ARTIFACT_BUCKET: artifacts?.bucket ?? "",
    // A line of words for each: where it goes, its SHA-256, its key.
    ARTIFACTS: artifacts
      ? [
          { path: "bin/server", ...artifacts.server },
          ...plugins.map((plugin) => ({ path: `plugins/${plugin.name}`, ...plugin })),
        ]
          .map(({ path, sha256 }) => `${path}=${sha256}=${artifactKey({ sha256 })}`)
          .join(",")
      : "",
    CERTIFICATE_SECRET: node.certificateSecretArn,
    SNAPSHOT_BUCKET: node.snapshotBucket,
    SNAPSHOT_PREFIX: node.snapshotPrefix,
    AUDIT_LOG_GROUP: node.auditLogGroup,
    METRICS_NAMESPACE: node.metricsNamespace,
  };
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${plain(name, value)}\n`)
    .join("");
}

const ENDPOINT_VARIABLES: Readonly<Record<Exclude<NodeService, "kms">, string>> = {
  logs: "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS",
  monitoring: "AWS_ENDPOINT_URL_CLOUDWATCH",
  s3: "AWS_ENDPOINT_URL_S3",
  secretsmanager: "AWS_ENDPOINT_URL_SECRETS_MANAGER",
};

function endpointVariables(urls: VaultNodeProps["endpointUrls"] = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(ENDPOINT_VARIABLES).flatMap(([service, variable]) => {
      const url = urls[service as NodeService];
      return url === undefined ? [] : [[variable, url]];
    }),
  );
}

/** Values that no shell and no systemd reads as more than themselves, so that none has to be quoted. */
function plain(name: string, value: string): string {
  if (Token.isUnresolved(value) || /^[\w.,:/@+=-]*$/.test(value)) return value;
  throw new Error(
    `${name} of a Vault node must hold only letters, digits and . , : / @ + = _ -, got ${JSON.stringify(value)}; ` +
      "it is written to a file that a shell reads",
  );
}

function units({ snapshotSchedule }: VaultNodeProps): Readonly<Record<string, string>> {
  if (!/^[\w*:,./~ -]+$/.test(snapshotSchedule))
    throw new Error(
      `snapshotSchedule must be a calendar event of systemd.time(7), got ${JSON.stringify(snapshotSchedule)}; ` +
        'write for example "*-*-* *:15:00"',
    );
  const repeated = REPEATED.flatMap(({ name, what, pause }) => [
    [`vault-${name}.service`, oneshot(name, what)],
    [`vault-${name}.timer`, timer(what, `OnBootSec=${pause}\nOnUnitInactiveSec=${pause}`)],
  ]);
  return {
    "vault-server.service": shipped("vault-server.service"),
    ...Object.fromEntries(repeated),
    "vault-snapshot.service": oneshot("snapshot", "Snapshot of the Vault server to S3"),
    "vault-snapshot.timer": timer(
      "Snapshots of the Vault server",
      `OnCalendar=${snapshotSchedule}\nRandomizedDelaySec=60`,
    ),
  };
}

function oneshot(script: string, what: string): string {
  return `[Unit]
Description=${what}
After=vault-server.service

[Service]
Type=oneshot
ExecStart=${NODE_FOLDERS.programs}/libexec/${script}
EnvironmentFile=${NODE_FOLDERS.settings}/node.env
TimeoutStartSec=10min
UMask=0077
LimitCORE=0
`;
}

function timer(what: string, when: string): string {
  return `[Unit]
Description=${what}

[Timer]
${when}

[Install]
WantedBy=timers.target
`;
}
