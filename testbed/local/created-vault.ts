import { appendFile, mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { DescribeInstanceAttributeCommand, EC2Client } from "@aws-sdk/client-ec2";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DeleteSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SSMClient } from "@aws-sdk/client-ssm";
import {
  initialRequests,
  OPERATOR,
  OPERATOR_MOUNT,
} from "../../constructs/vault/server/node/initial-requests";
import { vaultServerNames } from "../../constructs/vault/server/node/names";
import type { NodeFile } from "../../constructs/vault/server/node/node-files";
import { artifactKey } from "../../constructs/vault/server/node/vault-node";
import { logIn } from "../../scripts/vault/aws-login";
import type { DeployedServer } from "../../scripts/vault/deployed-server";
import { initialise, type Recovery } from "../../scripts/vault/initialise";
import { JsonSecret } from "../../scripts/vault/json-secret";
import { keepRecoveryShares } from "../../scripts/vault/recovery-shares";
import { provideCertificates } from "../../scripts/vault/tls";
import { askVault, callVault, type VaultConnection, VaultRefused } from "../../scripts/vault/vault-api";
import { until, waitForVoters } from "../../scripts/vault/waiting";
import { assumeRole } from "../aws/role-credentials";
import type { Datum } from "../operations/metrics";
import { waitForActive } from "../vault/active-node";
import { Balancer } from "../vault/balancer";
import { Cluster, type ClusterNode, loopbackAddresses } from "../vault/cluster";
import { artifact, type VaultProgram } from "../vault/program";
import { vaultTools } from "../vault/tools";
import { toldByNodes } from "./node-metrics";

/** What a sealed node answers whoever asks for its health. */
const SEALED = 503;

export interface CreatedVaultOptions {
  /** For the nodes. */
  readonly directory: string;
  /** The emulator's. */
  readonly endpoint: string;
  readonly account: string;
  readonly region: string;
  readonly namePrefix: string;
  readonly program: VaultProgram;
}

/** Who logs in as an operator. */
export function operatorArn(account: string): string {
  return `arn:aws:iam::${account}:role/operators`;
}

/** What the server's stack says of it. */
export type DeployedVault = Pick<DeployedServer, "address" | "certificate_authority" | "nodes" | "sts_url">;

/** The Vault server that the environment makes: on this machine, what its user data makes of a machine of EC2. */
export class CreatedVault {
  /** Tokens, which must be in no file. */
  readonly secrets: string[] = [];
  #running?: { readonly cluster: Cluster; readonly balancer: Balancer; readonly operator: VaultConnection };

  constructor(private readonly options: CreatedVaultOptions) {}

  /** What `vault:artifact` and `vault:tls` do. */
  async provide(bucket: string): Promise<void> {
    const { program, namePrefix } = this.options;
    const s3 = new S3Client({ ...this.client, forcePathStyle: true });
    const { binary, plugins } = program;
    const files = [
      [artifact("server", binary), binary],
      ...plugins.map((plugin) => [plugin, join(dirname(binary), plugin.name)] as const),
    ] as const;
    for (const [stored, file] of files) {
      const object = { Bucket: bucket, Key: artifactKey(stored) };
      await s3.send(new PutObjectCommand({ ...object, Body: await readFile(file) }));
    }
    const lines = await provideCertificates({
      secretsManager: this.secretsManager,
      ssm: new SSMClient(this.client),
      names: vaultServerNames(namePrefix),
      hostName: this.hostName,
      owners: [this.operatorArn],
      nodeRoleArn: this.nodeRoleArn,
      renew: false,
    });
    await this.keepSaid(lines);
  }

  /** Starts the nodes as they were deployed, and does what `vault:init` does. */
  async start(deployed: DeployedVault): Promise<void> {
    const { directory, endpoint, region, namePrefix, program } = this.options;
    const { hostName } = this;
    const cluster = new Cluster({
      directory,
      tools: await vaultTools(),
      nodes: await this.deployedNodes(deployed),
      environment: {
        ...(await assumeRole(endpoint, region, this.nodeRoleArn, "node")),
        AWS_DEFAULT_REGION: region,
        // Names of endpoints lead nowhere here.
        ...Object.fromEntries(
          ["CLOUDWATCH", "CLOUDWATCH_LOGS", "S3", "SECRETS_MANAGER"].map((service) => [
            `AWS_ENDPOINT_URL_${service}`,
            endpoint,
          ]),
        ),
        AWS_KMS_ENDPOINT: endpoint,
      },
      hostName,
      authorityPem: deployed.certificate_authority,
      server: program.binary,
    });
    for (const node of cluster.nodes) node.newVolume();
    await cluster.start();
    const balancer = await Balancer.start(cluster.connections);
    const { recoverySecret } = vaultServerNames(namePrefix);
    const secret = (name: string) => new JsonSecret<Recovery>(this.secretsManager, name, [this.operatorArn]);
    if (program.software === "openbao") await cluster.nodes[0]?.started();
    const lines = await (program.software === "openbao" ? keepRecoveryShares : initialise)({
      nodes: cluster.reached,
      recovery: secret(recoverySecret),
      lostRecovery: secret(`${recoverySecret}-lost`),
      requests: initialRequests({
        software: program.software,
        nodes: cluster.nodes.length,
        hostName,
        authorityPem: deployed.certificate_authority,
        operators: {
          kind: "aws",
          principalArns: [this.operatorArn],
          stsRegion: region,
          stsUrl: endpoint,
        },
      }),
      logIn: (active) => this.logIn(active),
    });
    await this.keepSaid(lines);
    const active = await waitForActive(cluster.connections);
    // As their timers do; it is one only that leads.
    for (const script of ["snapshot", "audit", "metrics"])
      await Promise.all(cluster.nodes.map((node) => node.run(script)));
    const token = await this.logIn(active);
    this.secrets.push(token);
    this.#running = { cluster, balancer, operator: { ...active, address: balancer.address, token } };
  }

  /** What commands print, where the search for secrets reads it. */
  private async keepSaid(lines: readonly string[]): Promise<void> {
    const { directory } = this.options;
    await mkdir(directory, { recursive: true });
    await appendFile(join(directory, "commands.log"), `${lines.join("\n")}\n`);
  }

  /** Where it is reached, once it is there. */
  get address(): string | undefined {
    return this.#running?.balancer.address;
  }

  /** With an operator's token. */
  async leader(): Promise<VaultConnection> {
    return { ...(await waitForActive(this.running.cluster.connections)), token: this.operator.token };
  }

  /** With an operator's token, by the balancer. */
  get operator(): VaultConnection {
    return this.running.operator;
  }

  private get running() {
    if (!this.#running) throw new Error("the Vault server of the run is not there yet");
    return this.#running;
  }

  /** For Terraform: as for an operator whose tunnel begins at the balancer. */
  get variables(): Readonly<Record<string, string>> {
    const { address, token = "", caPem = "" } = this.operator;
    return { VAULT_TOKEN: token, VAULT_CACERT_BYTES: caPem, TF_VAR_vault_address: address };
  }

  /** For a function's extension, in the place of the private zone. */
  get extensionVariables(): Readonly<Record<string, string>> {
    const { address, serverName = "" } = this.operator;
    return { VLE_VAULT_ADDR: address, VAULT_TLS_SERVER_NAME: serverName };
  }

  /** What CloudWatch gets now that the nodes' timers call. */
  async told(): Promise<readonly Datum[]> {
    const { endpoint, region, namePrefix } = this.options;
    return await toldByNodes(this.running.cluster.nodes, {
      endpoint,
      region,
      cluster: `${namePrefix}-vault`,
    });
  }

  /** Seals the node that leads, and waits until another one does and the balancer leaves the sealed one out. */
  async sealLeader(): Promise<void> {
    const { cluster, balancer } = this.running;
    const { connections } = cluster;
    const leader = await waitForActive(connections);
    await callVault({ ...leader, token: this.operator.token }, "PUT", "sys/seal");
    await waitForActive(connections.filter((node) => node !== leader));
    await until("the balancer leaves the sealed node out", async () => balancer.leavesOut(leader));
  }

  /** Ends the node that is sealed and starts it again, and waits until it votes. */
  async unseal(): Promise<void> {
    const { cluster } = this.running;
    const healths = await Promise.all(cluster.connections.map((node) => askVault(node, "GET", "sys/health")));
    await cluster.nodes[healths.findIndex(({ status }) => status === SEALED)]?.stop();
    await cluster.start();
    await waitForVoters(this.operator, cluster.nodes.length);
  }

  /** Takes a function's role out of Vault. */
  async forgetRole(functionName: string): Promise<void> {
    const { namePrefix } = this.options;
    await callVault(this.operator, "DELETE", `auth/${namePrefix}-aws/role/${functionName}`);
  }

  /** Deletes what our commands made, as whoever destroys an environment does. */
  async forget(): Promise<void> {
    const { authoritySecret, certificateSecret, recoverySecret } = vaultServerNames(this.options.namePrefix);
    for (const SecretId of [authoritySecret, certificateSecret, recoverySecret])
      await this.secretsManager.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
  }

  async stop(): Promise<void> {
    await this.#running?.balancer.stop();
    await this.#running?.cluster.stop();
  }

  private get operatorArn(): string {
    return operatorArn(this.options.account);
  }

  private get nodeRoleArn(): string {
    const { account, namePrefix } = this.options;
    return `arn:aws:iam::${account}:role/${namePrefix}-vault-node`;
  }

  private async logIn(active: VaultConnection): Promise<string> {
    const { endpoint, region } = this.options;
    const credentials = await assumeRole(endpoint, region, this.operatorArn, "run");
    const login = { mount: OPERATOR_MOUNT, role: OPERATOR, region, serverId: this.hostName, credentials };
    const { status, body = {} } = await logIn(active, login);
    if (status !== 200) throw new VaultRefused("the login of an operator", status, body.errors as string[]);
    return (body.auth as { client_token: string }).client_token;
  }

  private get hostName(): string {
    return `vault.${this.options.namePrefix}.internal`;
  }

  private get client() {
    const { region, endpoint } = this.options;
    return { region, endpoint, credentials: { accessKeyId: "test", secretAccessKey: "test" } };
  }

  private get secretsManager(): SecretsManagerClient {
    return new SecretsManagerClient(this.client);
  }

  /** With addresses of loopback in the place of the VPC's, and the emulator in that of STS. */
  private async deployedNodes({ nodes, sts_url }: DeployedVault): Promise<readonly ClusterNode[]> {
    const entries = Object.entries(nodes);
    const addresses = loopbackAddresses(entries.length);
    const here = new Map(entries.map(([, { address }], index) => [address, addresses[index] ?? ""]));
    const moved = (text: string) =>
      text
        .replaceAll(/\b\d+\.\d+\.\d+\.\d+\b/g, (address) => here.get(address) ?? address)
        .replaceAll(sts_url, this.options.endpoint);
    return await Promise.all(
      entries.map(async ([id, { instance_id: instanceId, address }]) => ({
        id,
        address: moved(address),
        files: (await this.userData(instanceId)).map((file) => ({ ...file, content: moved(file.content) })),
      })),
    );
  }

  private async userData(InstanceId: string): Promise<readonly NodeFile[]> {
    const ec2 = new EC2Client(this.client);
    const command = new DescribeInstanceAttributeCommand({ InstanceId, Attribute: "userData" });
    const { UserData } = await ec2.send(command);
    const text = gunzipSync(Buffer.from(UserData?.Value ?? "", "base64")).toString();
    const { write_files: files } = JSON.parse(text.replace("#cloud-config\n", "")) as {
      write_files: readonly { path: string; permissions: string; content: string }[];
    };
    return files.map(({ path, permissions: mode, content }) => ({ path, mode, content }));
  }
}
