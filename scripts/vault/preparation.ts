import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { CreatedVaultSettings, Environment } from "../../constructs/environment";
import { createdVault } from "../../constructs/stacks/vault-address";
import { vaultServerNames } from "../../constructs/vault/server/node/names";
import { artifactKey } from "../../constructs/vault/server/node/vault-node";
import type { Command } from "../deploy/arguments";
import type { Prepared } from "../deploy/driver";
import { readOutputs } from "../deploy/outputs";
import type { Stack } from "../deploy/stacks";
import { usersTerraformEnvironment } from "../terraform/provider-source";
import { type OpenNode, openNode, operatorLogin, type ServerOutput } from "./deployed-server";
import { hasValue } from "./json-secret";
import { sharesAreKept } from "./kept-shares";
import { NoSessions } from "./tunnel";
import { askVault, type VaultConnection } from "./vault-api";

export interface PreparationOptions {
  readonly environment: Environment;
  readonly stacks: readonly Stack[];
  readonly command: Command;
}

type Server = ServerOutput & { readonly environment: Environment };
type Prepare = (stack: Stack) => Promise<Prepared>;

/** A way to the server, and what it answered whoever asked for its health. */
type Answering = Pick<OpenNode, "connection" | "close"> & Health;

interface Health {
  readonly status: number;
  /** Empty as long as the node is of no server. */
  readonly clusterId: string;
}

const READY: Prepared = { kind: "ready" };
/** For a machine to start and fetch its program. */
const PATIENCE_MS = 5 * 60_000;
const PAUSE_MS = 2_000;
const DIRECT_MS = 2_000;
const NOT_INITIALISED = 501;
const SEALED = 503;

/**
 * What the stacks of a created Vault server need that no stack makes: its program and certificate, and, from outside
 * the VPC, a way to it. Whoever names TF_VAR_vault_address has one.
 */
export function vaultPreparation(options: PreparationOptions): Prepare {
  const { environment, stacks, command } = options;
  const settings = createdVault(environment);
  if (!settings) return async () => READY;
  const outputsOf = async (name: string) => {
    const stack = stacks.find((one) => one.name === `${environment.name}-${name}`);
    if (!stack) throw new Error(`the environment has no stack ${environment.name}-${name}`);
    return await readOutputs(stack.folder, { environment: await usersTerraformEnvironment() });
  };
  return async ({ name }) => {
    // What nodes fetch is of no use to those that go.
    if (name === `${environment.name}-vault-server` && command !== "destroy") {
      const { vault_bucket: bucket } = await outputsOf("foundation");
      return await whatNodesFetch(environment, settings, String(bucket));
    }
    if (name !== `${environment.name}-vault` || process.env.TF_VAR_vault_address) return READY;
    const { vault_server: server } = await outputsOf("vault-server");
    if (!server)
      return { kind: "for you", what: `npm run deploy makes ${environment.name}-vault-server first` };
    return await wayToVault({ ...(server as ServerOutput), environment }, command);
  };
}

async function whatNodesFetch(
  { region, namePrefix }: Environment,
  { binary, certificateSecretArn }: CreatedVaultSettings,
  bucket: string,
): Promise<Prepared> {
  const missing: string[] = [];
  const s3 = new S3Client({ region });
  const programs = binary.kind === "artifact" ? [binary, ...binary.plugins] : [];
  for (const program of programs) {
    const found = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: artifactKey(program) }));
    if (!found.KeyCount)
      missing.push(
        `npm run vault:artifact stores a program and prints its SHA-256 for the environment file: ${bucket} has ` +
          `none with ${program.sha256}`,
      );
  }
  if (!certificateSecretArn) {
    const { certificateSecret } = vaultServerNames(namePrefix);
    if (!(await hasValue(new SecretsManagerClient({ region }), certificateSecret)))
      missing.push(
        `npm run vault:tls makes the server's certificate: there is none in the secret ${certificateSecret}`,
      );
  }
  return missing.length === 0 ? READY : { kind: "for you", what: missing.join("; ") };
}

/**
 * The server itself where it answers, else a tunnel to a node; and an operator's token unless there is another one.
 * Tunnel and token end with the plan or its apply.
 */
export async function wayToVault(server: Server, command: Command): Promise<Prepared> {
  const { connection, close, status, clusterId } =
    (await atItsAddress(server)) ?? (await firstNode(server, command));
  const closing: (() => Promise<unknown>)[] = [close];
  const closeAll = async () => {
    for (const one of [...closing].reverse()) await one();
  };
  try {
    if (status === NOT_INITIALISED) {
      await closeAll();
      return {
        kind: "for you",
        what: "npm run vault:init initialises the server, which nobody has done yet",
      };
    }
    if (status === SEALED) throw new Error("Vault is sealed: npm run vault:status says how its nodes are");
    if (!(await sharesKept(server.environment, clusterId))) {
      await closeAll();
      return {
        kind: "for you",
        what: "npm run vault:init keeps the server's recovery shares: no run of it has come to its end yet",
      };
    }
    const environment: NodeJS.ProcessEnv = { TF_VAR_vault_address: connection.address };
    if (connection.caPem) {
      const folder = await mkdtemp(join(tmpdir(), "vault-authority-"));
      closing.push(async () => await rm(folder, { recursive: true }));
      environment.VAULT_CACERT = join(folder, "authority.pem");
      await writeFile(environment.VAULT_CACERT, connection.caPem);
    }
    if (!process.env.VAULT_TOKEN) {
      const token = await operatorLogin(server)(connection);
      environment.VAULT_TOKEN = token;
      // It ends by itself, too.
      closing.push(() =>
        askVault({ ...connection, token }, "POST", "auth/token/revoke-self").catch(() => {}),
      );
    }
    return { kind: "ready", environment, close: closeAll };
  } catch (error) {
    await closeAll();
    throw new Error(`Vault could not be asked: ${(error as Error).message}`, { cause: error });
  }
}

async function sharesKept(environment: Environment, clusterId: string): Promise<boolean> {
  const { namePrefix, region } = environment;
  const { recoverySecret: secret } = vaultServerNames(namePrefix);
  const secretsManager = new SecretsManagerClient({ region });
  return await sharesAreKept({ secretsManager, secret }, clusterId);
}

async function healthOf(connection: VaultConnection): Promise<Health> {
  const { status, body } = await askVault(connection, "GET", "sys/health");
  return { status, clusterId: String(body?.cluster_id ?? "") };
}

/** From the VPC alone its name leads to it, and only if the load balancer's security group lets this machine in. */
async function atItsAddress(server: Server): Promise<Answering | undefined> {
  const { address, certificate_authority: caPem } = server;
  const connection = { address, ...(caPem && { caPem }) };
  const quick = { ...connection, timeoutMs: DIRECT_MS };
  return await healthOf(quick).then(
    (health) => ({ connection, ...health, close: async () => {} }),
    () => undefined,
  );
}

/**
 * One that serves: a standby passes requests on. If none does, one that says why. A deploy may only just have made
 * them, and waits.
 */
async function firstNode(server: Server, command: Command): Promise<Answering> {
  const deadline = performance.now() + (command === "deploy" ? PATIENCE_MS : 0);
  for (;;) {
    let refused: unknown;
    let idle: Answering | undefined;
    for (const id of Object.keys(server.nodes)) {
      try {
        const node = await answering(await openNode(server, id));
        const serves = node.status !== NOT_INITIALISED && node.status !== SEALED;
        // A new node is not initialised, and says nothing of the server.
        const [better, other] = !serves && idle?.status === SEALED ? [idle, node] : [node, idle];
        await other?.close();
        if (serves) return node;
        idle = better;
      } catch (error) {
        refused = error;
      }
    }
    if (idle) return idle;
    if (refused instanceof NoSessions || performance.now() >= deadline)
      throw new Error(
        `Vault could not be asked: no node answers (${(refused as Error).message}). From where the server is ` +
          "reached without a tunnel, name its address in TF_VAR_vault_address",
      );
    await sleep(PAUSE_MS);
  }
}

async function answering(node: OpenNode): Promise<Answering> {
  try {
    return { ...node, ...(await healthOf(node.connection)) };
  } catch (error) {
    await node.close();
    throw error;
  }
}
