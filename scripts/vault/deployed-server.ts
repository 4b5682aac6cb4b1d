import { type CreatedVaultSettings, type Environment, loadEnvironment } from "../../constructs/environment";
import { createdVault, vaultAddress } from "../../constructs/stacks/vault-address";
import { serverVersion } from "../../constructs/vault/server/created/versions";
import { OPERATOR, OPERATOR_MOUNT } from "../../constructs/vault/server/node/initial-requests";
import { VAULT_PORT, type VaultSoftware } from "../../constructs/vault/server/node/vault-node";
import { deployedStack } from "../deploy/deployed-stack";
import { readOutputs } from "../deploy/outputs";
import type { StackTerraform } from "../deploy/stack-terraform";
import { OUTPUT, synthesize } from "../deploy/synthesize";
import { usersTerraformEnvironment } from "../terraform/provider-source";
import { awsCli } from "./aws-cli";
import { logIn } from "./aws-login";
import { openTunnel } from "./tunnel";
import { type VaultConnection, VaultRefused } from "./vault-api";

const NO_SERVER =
  'the environment must make a Vault server ("vault": { "server": { "kind": "created" } }), and does not; name ' +
  "another ENVIRONMENT";

/** Output `vault_server` of the server's stack. */
export interface ServerOutput {
  /** `https://host:port` */
  readonly address: string;
  /** PEM; empty where a public authority signed. */
  readonly certificate_authority: string;
  readonly sts_url: string;
  readonly bucket: string;
  /** By the node's id. */
  readonly nodes: Readonly<
    Record<
      string,
      {
        readonly instance_id: string;
        readonly address: string;
        readonly tunnel_document: string;
        readonly resource: string;
      }
    >
  >;
}

/** A created server as it was deployed last. */
export interface DeployedServer extends ServerOutput {
  readonly environment: Environment;
  readonly software: VaultSoftware;
  /** As the environment file names them. */
  readonly operators: readonly string[];
  /** Of the program, as the environment file says. */
  readonly version: string;
  readonly terraform: StackTerraform;
}

export async function deployedServer(): Promise<DeployedServer> {
  const environment = loadEnvironment();
  const { outputs, terraform } = await stackOutputs("vault-server");
  const settings = serverSettings(environment);
  return {
    ...(outputs.vault_server as ServerOutput),
    environment,
    software: settings.software,
    operators: settings.operators,
    version: serverVersion(settings),
    terraform,
  };
}

/** Of the server that the environment makes. */
export function serverSettings(environment: Environment): CreatedVaultSettings {
  const settings = createdVault(environment);
  if (!settings) throw new Error(NO_SERVER);
  return settings;
}

/** Under which that server is found. */
export function serverHost(environment: Environment): string {
  const address = createdVault(environment) && vaultAddress(environment);
  if (!address) throw new Error(NO_SERVER);
  return address.hostname;
}

/** Of the environment's stack of that name, which must be deployed. */
export async function stackOutputs(name: string) {
  await synthesize({ inherit: true });
  const found = await deployedStack(OUTPUT, name);
  if (!found) throw new Error(NO_SERVER);
  const { stack, terraform, state, outputs } = found;
  if (state.resources === 0)
    throw new Error(`${stack.name} must be deployed, and is not; run npm run deploy -- ${stack.name}`);
  return { outputs: await outputs(), terraform };
}

/** The same server, as an apply has left it. */
export async function reread(server: DeployedServer): Promise<DeployedServer> {
  const environment = await usersTerraformEnvironment();
  const outputs = await readOutputs(server.terraform.stack.folder, { environment });
  return { ...server, ...(outputs.vault_server as ServerOutput) };
}

export interface ReachedNode {
  readonly id: string;
  readonly connection: VaultConnection;
}

export interface OpenNode extends ReachedNode {
  close(): Promise<void>;
}

/**
 * Reaches a node by a tunnel of Session Manager.
 *
 * @param direct from a machine that reaches its address
 */
export async function openNode(
  server: ServerOutput & { readonly environment: Environment },
  id: string,
  direct = false,
): Promise<OpenNode> {
  const {
    instance_id: instanceId = "",
    address: host = "",
    tunnel_document: document = "",
  } = server.nodes[id] ?? {};
  const { region } = server.environment;
  const tunnel = direct ? undefined : await openTunnel({ region, instanceId, document });
  const connection = {
    address: `https://${tunnel ? `127.0.0.1:${tunnel.port}` : `${host}:${VAULT_PORT}`}`,
    serverName: new URL(server.address).hostname,
    ...(server.certificate_authority && { caPem: server.certificate_authority }),
  };
  return { id, connection, close: async () => await tunnel?.close() };
}

/** Reaches the nodes until `work` is done. */
export async function withNodes<T>(
  server: DeployedServer,
  direct: boolean,
  work: (nodes: readonly ReachedNode[]) => Promise<T>,
): Promise<T> {
  const nodes: OpenNode[] = [];
  try {
    for (const id of Object.keys(server.nodes)) nodes.push(await openNode(server, id, direct));
    return await work(nodes);
  } finally {
    await Promise.all(nodes.map((node) => node.close()));
  }
}

/** Logs in as an operator by the credentials of AWS that the user has. */
export function operatorLogin({
  environment: { region },
  address,
}: Pick<DeployedServer, "environment" | "address">) {
  return async (active: VaultConnection): Promise<string> => {
    const found = await awsCli("configure", "export-credentials", "--format", "process");
    const { status, body } = await logIn(active, {
      mount: OPERATOR_MOUNT,
      role: OPERATOR,
      region,
      serverId: new URL(address).hostname,
      credentials: {
        AWS_ACCESS_KEY_ID: String(found.AccessKeyId),
        AWS_SECRET_ACCESS_KEY: String(found.SecretAccessKey),
        ...(found.SessionToken ? { AWS_SESSION_TOKEN: String(found.SessionToken) } : {}),
      },
    });
    const { client_token: token } = (body?.auth ?? {}) as { client_token?: string };
    if (status === 200 && token) return token;
    throw new VaultRefused("the login of an operator", status, (body?.errors as string[] | undefined) ?? []);
  };
}
