import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SSMClient } from "@aws-sdk/client-ssm";
import {
  initialRequests,
  OPERATOR,
  OPERATOR_MOUNT,
} from "../../../../constructs/vault/server/node/initial-requests";
import { vaultServerNames } from "../../../../constructs/vault/server/node/names";
import { createCertificateAuthority } from "../../../../scripts/support/certificates";
import { run } from "../../../../scripts/support/processes";
import type { InitialiseOptions, Recovery } from "../../../../scripts/vault/initialise";
import { JsonSecret } from "../../../../scripts/vault/json-secret";
import { provideCertificates, type TlsOptions } from "../../../../scripts/vault/tls";
import { callVault, type VaultConnection } from "../../../../scripts/vault/vault-api";
import { until, waitForActive, waitForVoters } from "../../../../scripts/vault/waiting";
import { type AwsEmulator, startAwsEmulator } from "../../../../testbed/aws/aws-emulator";
import { Cluster } from "../../../../testbed/vault/cluster";
import { type VaultTools, vaultTools } from "../../../../testbed/vault/tools";

const REGION = "ap-northeast-2";
const HOST_NAME = "vault.app.internal";
const NAMES = vaultServerNames("app");
export const BUCKET = "app-vault";
export const AUDIT_LOG_GROUP = "/app/vault/audit";
export const METRICS_NAMESPACE = "App/Vault";

const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };

/** A server as our commands and a node's files make it: three real nodes of OpenBao beside the emulator. */
export class ServerWorld {
  private constructor(
    private readonly directory: string,
    private readonly emulator: AwsEmulator,
    private readonly tools: VaultTools,
    readonly cluster: Cluster,
    /** Options of `vault:tls`. */
    readonly tls: TlsOptions,
    readonly s3: S3Client,
    /** Options of `vault:init`. */
    readonly initialisation: InitialiseOptions & { readonly recovery: JsonSecret<Recovery> },
  ) {}

  /** Everything but the nodes' start. */
  static async prepare(): Promise<ServerWorld> {
    const directory = mkdtempSync(join(tmpdir(), "vault-server-"));
    const tools = await vaultTools();
    const emulator = await startAwsEmulator({ directory });
    try {
      return await ServerWorld.around(emulator, directory, tools);
    } catch (error) {
      await emulator.stop();
      throw error;
    }
  }

  private static async around(
    emulator: AwsEmulator,
    directory: string,
    tools: VaultTools,
  ): Promise<ServerWorld> {
    const client = { region: REGION, endpoint: emulator.endpoint, credentials: CREDENTIALS };
    const secretsManager = new SecretsManagerClient(client);
    const tls = {
      secretsManager,
      ssm: new SSMClient(client),
      names: NAMES,
      hostName: HOST_NAME,
      renew: false,
    };
    await provideCertificates(tls);
    const served = await new JsonSecret<{ authority: string }>(
      secretsManager,
      NAMES.certificateSecret,
    ).read();
    const authorityPem = served?.authority ?? "";
    const { endpoint } = emulator;
    const cluster = new Cluster({
      directory,
      tools,
      props: {
        software: "openbao",
        region: REGION,
        clusterName: "app-vault",
        hostName: HOST_NAME,
        sealKeyArn: "there is another seal here",
        dataVolumeId: "vol-0",
        certificateSecretArn: NAMES.certificateSecret,
        snapshotBucket: BUCKET,
        snapshotPrefix: "snapshots",
        snapshotSchedule: "hourly",
        auditLogGroup: AUDIT_LOG_GROUP,
        metricsNamespace: METRICS_NAMESPACE,
        endpointUrls: { logs: endpoint, monitoring: endpoint, s3: endpoint, secretsmanager: endpoint },
      },
      // AWS CLI 1, which PyPI has, takes the Region from this variable alone.
      environment: { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_DEFAULT_REGION: REGION },
      authorityPem,
    });
    const operators = await createCertificateAuthority("operators");
    const operator = await operators.issue({ hosts: ["operator"] });
    const logIn = async (active: VaultConnection): Promise<string> => {
      const login = { ...active, client: operator, token: undefined };
      const { auth } = await callVault(login, "POST", `auth/${OPERATOR_MOUNT}/login`, { name: OPERATOR });
      return (auth as { client_token: string }).client_token;
    };
    const s3 = new S3Client({ ...client, forcePathStyle: true });
    const world = new ServerWorld(directory, emulator, tools, cluster, tls, s3, {
      nodes: cluster.connections,
      recovery: new JsonSecret<Recovery>(secretsManager, NAMES.recoverySecret),
      requests: initialRequests({
        software: "openbao",
        nodes: cluster.nodes.length,
        hostName: HOST_NAME,
        authorityPem,
        operators: { kind: "certificate", certificatePem: operators.certificatePem },
      }),
      logIn,
    });
    await s3.send(
      new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint: REGION } }),
    );
    await world.aws("logs", "create-log-group", "--log-group-name", AUDIT_LOG_GROUP);
    return world;
  }

  /** Where AWS is. */
  get endpoint(): string {
    return this.emulator.endpoint;
  }

  get nodes() {
    return this.cluster.connections.map((connection, index) => ({ id: `node-${index + 1}`, connection }));
  }

  /** Asks the emulator as the AWS CLI does. */
  async aws(...words: string[]): Promise<Record<string, unknown>> {
    const environment = {
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_DEFAULT_REGION: REGION,
    };
    const { stdout } = await run(
      this.tools.python,
      ["-m", "awscli", "--endpoint-url", this.emulator.endpoint, ...words],
      { env: { ...process.env, ...environment } },
    );
    return stdout === "" ? {} : JSON.parse(stdout);
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
