import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SSMClient } from "@aws-sdk/client-ssm";
import {
  initialRequests,
  OPERATOR,
  OPERATOR_MOUNT,
} from "../../../../constructs/vault/server/node/initial-requests";
import { vaultServerNames } from "../../../../constructs/vault/server/node/names";
import {
  artifactKey,
  type OperatorLogin,
  type VaultNodeProps,
} from "../../../../constructs/vault/server/node/vault-node";
import { createCertificateAuthority } from "../../../../scripts/support/certificates";
import { run } from "../../../../scripts/support/processes";
import { type Login, logIn as logInByAws } from "../../../../scripts/vault/aws-login";
import type { InitialiseOptions, Recovery } from "../../../../scripts/vault/initialise";
import { JsonSecret } from "../../../../scripts/vault/json-secret";
import { restore } from "../../../../scripts/vault/restore";
import { serverStatus } from "../../../../scripts/vault/status";
import { certificateSecret, provideCertificates, type TlsOptions } from "../../../../scripts/vault/tls";
import { callVault, type VaultConnection, VaultRefused } from "../../../../scripts/vault/vault-api";
import { until, waitForVoters } from "../../../../scripts/vault/waiting";
import { type AwsEmulator, startAwsEmulator } from "../../../../testbed/aws/aws-emulator";
import { assumeRole, type RoleCredentials } from "../../../../testbed/aws/role-credentials";
import { waitForActive } from "../../../../testbed/vault/active-node";
import { Cluster, renderedNodes, staticSeal } from "../../../../testbed/vault/cluster";
import { artifact, type VaultProgram } from "../../../../testbed/vault/program";
import { type VaultTools, vaultTools } from "../../../../testbed/vault/tools";
import { clientSettings } from "../../../support/client-settings";

const REGION = "ap-northeast-2";
export const HOST_NAME = "vault.app.internal";
const OWNERS = ["arn:aws:iam::123456789012:role/deployer"];
const NAMES = vaultServerNames("app");
export const BUCKET = "app-vault";
export const AUDIT_LOG_GROUP = "/app/vault/audit";
export const METRICS_NAMESPACE = "App/Vault";

const VOLUME = "vol-0";

/** AWS CLI 1, which PyPI has, takes the Region from this variable alone. */
const VARIABLES = {
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_DEFAULT_REGION: REGION,
};

/** The ARN of a role in the emulator's account. */
export function roleArn(name: string): string {
  return `arn:aws:iam::123456789012:role/${name}`;
}

export interface WorldOptions {
  /** Whether nodes have program and plugins from their image and not from the bucket. */
  readonly isBaked?: boolean;
  /** Whether the first node has the server initialise itself. */
  readonly selfInitialises?: boolean;
  /** @default 3 */
  readonly nodes?: number;
}

/** A server as our commands and a node's files make it: three real nodes beside the emulator. */
export class ServerWorld {
  private constructor(
    readonly directory: string,
    private readonly program: VaultProgram | undefined,
    private readonly emulator: AwsEmulator,
    private readonly tools: VaultTools,
    readonly cluster: Cluster,
    /** Options of `vault:tls`. */
    readonly tls: TlsOptions,
    readonly s3: S3Client,
    /** Options of `vault:init`. */
    readonly initialisation: InitialiseOptions & { readonly recovery: JsonSecret<Recovery> },
  ) {}

  /**
   * Everything but the nodes' start.
   *
   * @param program a server that knows logins by AWS and the seal of KMS. Left out, it is OpenBao from PyPI, which
   * knows neither: it has another seal, and operators log in by certificates
   */
  static async prepare(program?: VaultProgram, options: WorldOptions = {}): Promise<ServerWorld> {
    const directory = mkdtempSync(join(tmpdir(), "vault-server-"));
    const tools = await vaultTools();
    const emulator = await startAwsEmulator({ directory });
    try {
      return await ServerWorld.around(emulator, directory, tools, program, options);
    } catch (error) {
      await emulator.stop();
      throw error;
    }
  }

  private static async around(
    emulator: AwsEmulator,
    directory: string,
    tools: VaultTools,
    program: VaultProgram | undefined,
    { isBaked, selfInitialises, nodes: count }: WorldOptions,
  ): Promise<ServerWorld> {
    const { endpoint } = emulator;
    const client = clientSettings(emulator);
    const secretsManager = new SecretsManagerClient(client);
    const tls = {
      secretsManager,
      ssm: new SSMClient(client),
      names: NAMES,
      hostName: HOST_NAME,
      owners: OWNERS,
      nodeRoleArn: "arn:aws:iam::123456789012:role/app-vault-node",
      renew: false,
    };
    await provideCertificates(tls);
    const served = await certificateSecret(tls).read();
    const authorityPem = served?.authority ?? "";
    const s3 = new S3Client({ ...client, forcePathStyle: true });
    await s3.send(
      new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint: REGION } }),
    );
    await awsCli(tools, endpoint, "logs", "create-log-group", "--log-group-name", AUDIT_LOG_GROUP);
    const { operators, logIn } = program ? byAws(endpoint) : await byCertificate();
    const nodes = renderedNodes(
      {
        software: program?.software ?? "openbao",
        region: REGION,
        clusterName: "app-vault",
        hostName: HOST_NAME,
        sealKeyArn: program ? await sealKey(tools, endpoint) : "there is another seal here",
        dataVolumeId: VOLUME,
        artifacts: program && !isBaked ? await storedArtifacts(s3, program) : undefined,
        plugins: program?.plugins,
        selfInitialisation: selfInitialises ? { volumeId: VOLUME, operators } : undefined,
        certificateSecretArn: NAMES.certificateSecret,
        snapshotBucket: BUCKET,
        snapshotPrefix: "snapshots",
        snapshotSchedule: "hourly",
        auditLogGroup: AUDIT_LOG_GROUP,
        metricsNamespace: METRICS_NAMESPACE,
        endpointUrls: {
          kms: endpoint,
          logs: endpoint,
          monitoring: endpoint,
          s3: endpoint,
          secretsmanager: endpoint,
        },
      },
      program ? undefined : staticSeal(),
      count,
    );
    const cluster = new Cluster({
      directory,
      tools,
      nodes,
      environment: VARIABLES,
      hostName: HOST_NAME,
      authorityPem,
      ...(isBaked && program && { server: program.binary, plugins: pluginFiles(program) }),
    });
    return new ServerWorld(directory, program, emulator, tools, cluster, tls, s3, {
      nodes: cluster.reached,
      recovery: new JsonSecret<Recovery>(secretsManager, NAMES.recoverySecret, OWNERS),
      requests: initialRequests({
        software: program?.software ?? "openbao",
        nodes: cluster.nodes.length,
        hostName: HOST_NAME,
        authorityPem,
        operators,
      }),
      logIn,
    });
  }

  /** The server's program. */
  get binary(): string {
    return this.program?.binary ?? this.tools.server;
  }

  /** A secret for shares of the server. */
  secret(name: string): JsonSecret<Recovery> {
    return new JsonSecret(this.tls.secretsManager, name, OWNERS);
  }

  /** Where AWS is. */
  get endpoint(): string {
    return this.emulator.endpoint;
  }

  /** Of a client of the SDK. */
  get clientSettings() {
    return clientSettings(this);
  }

  get nodes() {
    return this.cluster.reached;
  }

  /** Of the authority that signed the server's certificate. */
  get authorityPem(): string {
    return this.cluster.connections[0]?.caPem ?? "";
  }

  /** Where the server has logins checked. */
  get stsUrl(): string {
    return this.emulator.endpoint;
  }

  /** Asks the emulator as the AWS CLI does. */
  async aws(...words: string[]): Promise<Record<string, unknown>> {
    return await awsCli(this.tools, this.emulator.endpoint, ...words);
  }

  async credentialsOf(role: string): Promise<Record<string, string>> {
    return { AWS_REGION: REGION, ...(await credentialsOf(this.emulator.endpoint, role)) };
  }

  /** Logs in as a role of the emulator's account; gives the token. */
  async logInAs(name: string, vault: VaultConnection, login: Target): Promise<string> {
    return await logInByRole(this.emulator.endpoint, name, vault, login);
  }

  /** To the node that leads, with an operator's token. */
  async operator(): Promise<VaultConnection> {
    const active = await waitForActive(this.cluster.connections);
    return { ...active, token: await this.initialisation.logIn(active) };
  }

  /** The node that leads. */
  async leader(): Promise<number> {
    return this.cluster.connections.indexOf(await waitForActive(this.cluster.connections));
  }

  /** Of `vault:roll` and `vault:restore`. */
  get wholeness() {
    const { nodes } = this;
    return {
      ids: nodes.map(({ id }) => id),
      reach: async <T>(work: (reached: typeof nodes) => Promise<T>) => await work(nodes),
      logIn: this.initialisation.logIn,
    };
  }

  /** Of `vault:init`, as a deploy looks at it. */
  get shares() {
    return {
      secretsManager: this.tls.secretsManager,
      secret: NAMES.recoverySecret,
      software: this.program?.software ?? "openbao",
    } as const;
  }

  /** What `vault:status` says. */
  async status({ operators = this.program ? [roleArn("operators")] : [] } = {}) {
    return await serverStatus({
      nodes: this.nodes,
      // No node here has it.
      version: "1.0.0",
      operators,
      shares: this.shares,
      s3: this.s3,
      logIn: this.initialisation.logIn,
      snapshots: { bucket: BUCKET, prefix: "snapshots" },
    });
  }

  /** What `vault:restore` does. */
  async restore(snapshot: Uint8Array): Promise<void> {
    const restart = async () => {
      await this.cluster.stop();
      await this.cluster.start();
    };
    await restore({ ...this.wholeness, snapshot, restart });
  }

  /** Until all vote: a cluster that loses more before that may be lost. */
  async whole(): Promise<void> {
    await until("an operator's login works and all nodes vote", async () => {
      await waitForVoters(await this.operator(), this.cluster.nodes.length);
      return true;
    });
  }

  async stop(): Promise<void> {
    await this.cluster.stop();
    await this.emulator.stop();
    rmSync(this.directory, { recursive: true });
  }
}

type Target = Pick<Login, "mount" | "role" | "serverId">;

/** Who operators are, and how one logs in. */
interface Operators {
  readonly operators: OperatorLogin;
  readonly logIn: (active: VaultConnection) => Promise<string>;
}

async function byCertificate(): Promise<Operators> {
  const authority = await createCertificateAuthority("operators");
  const client = await authority.issue({ hosts: ["operator"] });
  return {
    operators: { kind: "certificate", certificatePem: authority.certificatePem },
    logIn: async (active) => {
      const login = { ...active, client, token: undefined };
      const { auth } = await callVault(login, "POST", `auth/${OPERATOR_MOUNT}/login`, { name: OPERATOR });
      return (auth as { client_token: string }).client_token;
    },
  };
}

function byAws(stsUrl: string): Operators {
  const login = { mount: OPERATOR_MOUNT, role: OPERATOR, serverId: HOST_NAME };
  return {
    operators: { kind: "aws", principalArns: [roleArn("operators")], stsRegion: REGION, stsUrl },
    logIn: async (active) => await logInByRole(stsUrl, "operators", active, login),
  };
}

async function credentialsOf(endpoint: string, name: string): Promise<RoleCredentials> {
  return await assumeRole(endpoint, REGION, roleArn(name), "session");
}

async function logInByRole(
  endpoint: string,
  name: string,
  vault: VaultConnection,
  login: Target,
): Promise<string> {
  const credentials = await credentialsOf(endpoint, name);
  const { status, body = {} } = await logInByAws(vault, { ...login, region: REGION, credentials });
  if (status === 200) return (body.auth as { client_token: string }).client_token;
  throw new VaultRefused(`the login of ${name}`, status, body.errors as string[]);
}

/** Where `vault:artifact` puts them, which takes no program for this machine. */
async function storedArtifacts(s3: S3Client, program: VaultProgram): Promise<VaultNodeProps["artifacts"]> {
  const server = artifact("server", program.binary);
  for (const file of [program.binary, ...pluginFiles(program)]) {
    const object = { Bucket: BUCKET, Key: artifactKey(artifact(file, file)) };
    await s3.send(new PutObjectCommand({ ...object, Body: readFileSync(file) }));
  }
  return { bucket: BUCKET, server };
}

function pluginFiles({ binary, plugins }: VaultProgram): readonly string[] {
  return plugins.map(({ name }) => join(dirname(binary), name));
}

async function sealKey(tools: VaultTools, endpoint: string): Promise<string> {
  const { KeyMetadata } = await awsCli(tools, endpoint, "kms", "create-key");
  return (KeyMetadata as { Arn: string }).Arn;
}

async function awsCli(
  { awsCli: [python = "", ...cli] }: VaultTools,
  endpoint: string,
  ...words: string[]
): Promise<Record<string, unknown>> {
  const command = [...cli, "--endpoint-url", endpoint, ...words];
  const { stdout } = await run(python, command, { env: { ...process.env, ...VARIABLES } });
  return stdout === "" ? {} : JSON.parse(stdout);
}
