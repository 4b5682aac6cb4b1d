import { connect } from "node:tls";
import { ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import { autopilot } from "../../constructs/vault/server/node/initial-requests";
import { type KeptSharesOptions, sharesAreKept } from "./kept-shares";
import { type Belonging, leaderOf } from "./one-server";
import { compareOperators } from "./operators";
import { notHeld } from "./read-back";
import { hasRecoveryShares } from "./recovery-shares";
import { askVault, type VaultConnection } from "./vault-api";
import { type Peer, peers } from "./waiting";

export interface StatusOptions {
  readonly nodes: readonly { readonly id: string; readonly connection: VaultConnection }[];
  /** That the nodes should run, as the environment file says. */
  readonly version: string;
  /** Logs in as an operator; gives the token. */
  readonly logIn: (active: VaultConnection) => Promise<string>;
  /** Who may, by AWS, as the environment file names them; it may leave them out. */
  readonly operators: readonly string[];
  readonly shares: KeptSharesOptions;
  readonly s3: S3Client;
  readonly snapshots: { readonly bucket: string; readonly prefix: string };
}

const STATES: Readonly<Record<number, string>> = {
  200: "leader",
  429: "standby",
  473: "standby",
  501: "not initialised",
  503: "sealed",
};

const MEND = "set it again in npm run vault:tunnel, see docs/vault-server-operations.md, How it is";

/** How a server is, a line for each fact; `healthy` where nothing of it needs anybody. */
export async function serverStatus(
  options: StatusOptions,
): Promise<{ readonly healthy: boolean; readonly lines: readonly string[] }> {
  const { nodes } = options;
  const states = await Promise.all(
    nodes.map(async ({ id, connection }) => ({ id, ...(await stateOf(connection)) })),
  );
  const known = await knownToOperators(options, states);
  const lines = states.map(({ id, state, version, certificate }) => {
    const peer = known.peers.find((one) => one.id === id);
    const vote = peer ? (peer.voter ? "votes" : "does not vote yet") : "";
    const keepsUp = peer && !peer.healthy ? "lags behind" : "";
    const runs = version && `version ${version}`;
    return [id, state, vote, keepsUp, runs, certificate].filter((text) => text !== "").join(", ");
  });
  lines.push(...otherVersions(states, options.version));
  const snapshot = await newestSnapshot(options);
  const healthy =
    states.filter(({ state }) => state === "leader").length === 1 &&
    states.every(({ state }) => state === "leader" || state === "standby") &&
    known.peers.filter(({ voter, healthy }) => voter && healthy).length === nodes.length &&
    known.wrong.length === 0;
  return { healthy, lines: [...lines, ...known.lines, ...known.wrong, snapshot] };
}

/** A line where nodes run another version than the environment file says. */
export function otherVersions(
  nodes: readonly { readonly id: string; readonly version: string }[],
  version: string,
): readonly string[] {
  // Without what may be behind the numbers, as in `1.21.1+ent`.
  const others = nodes.filter(
    (node) => node.version !== "" && node.version.replace(/[-+].*$/, "") !== version,
  );
  if (others.length === 0) return [];
  return [
    `The environment file says version ${version}, and ${others.map(({ id }) => id).join(", ")} runs another one: ` +
      'correct "version" there, or replace the nodes by npm run vault:roll.',
  ];
}

async function stateOf(connection: VaultConnection) {
  const quick = { ...connection, timeoutMs: 5_000 };
  try {
    const [{ status, body }, ends] = await Promise.all([
      askVault(quick, "GET", "sys/health"),
      certificateEnd(quick),
    ]);
    const days = Math.floor((ends.getTime() - Date.now()) / 86_400_000);
    return {
      state: STATES[status] ?? `HTTP ${status}`,
      version: String(body?.version ?? ""),
      clusterId: String(body?.cluster_id ?? ""),
      certificate: `certificate for ${days} more days`,
    };
  } catch (error) {
    return {
      state: `not reached (${(error as Error).message})`,
      version: "",
      clusterId: "",
      certificate: "",
    };
  }
}

interface Known {
  readonly peers: readonly Peer[];
  /** What is as it should be. */
  readonly lines: readonly string[];
  readonly wrong: readonly string[];
}

async function knownToOperators(options: StatusOptions, states: readonly Belonging[]): Promise<Known> {
  const { nodes, logIn, operators } = options;
  const lines: string[] = [];
  const wrong: string[] = [];
  let known: readonly Peer[] = [];
  const find = async (what: string, look: () => Promise<void>) =>
    await look().catch((error: Error) => wrong.push(`${what} not known: ${error.message}`));
  try {
    const active = await leaderOf(nodes);
    if (!active) return { peers: [], lines, wrong: ["No node leads: the server answers no request."] };
    const operator = { ...active, token: await logIn(active) };
    await find("Who votes is", async () => {
      known = await peers(operator);
    });
    await find("Whether autopilot's settings hold is", async () => {
      const changed = await notHeld(operator, autopilot(nodes.length));
      wrong.push(...changed.map((line) => `${line}: ${MEND}`));
    });
    if (operators.length > 0)
      await find("Whether the operators are right is", async () => {
        const { agree, line } = await compareOperators(operator, operators);
        (agree ? lines : wrong).push(line);
      });
    await find("Whether the recovery shares are kept is", async () => {
      const lack = await lackOfShares(active, options, states);
      if (lack) wrong.push(lack);
    });
  } catch (error) {
    wrong.push((error as Error).message);
  }
  return { peers: known, lines, wrong };
}

async function lackOfShares(
  active: VaultConnection,
  { shares }: StatusOptions,
  states: readonly Belonging[],
): Promise<string | undefined> {
  if (!(await hasRecoveryShares(active)))
    return "There are no recovery shares: npm run vault:init makes and keeps them.";
  const clusterId = states.find((state) => state.clusterId !== "")?.clusterId ?? "";
  if (await sharesAreKept(shares, clusterId)) return undefined;
  return "It is not known that the recovery shares are kept: npm run vault:init has to come to its end.";
}

async function newestSnapshot({ s3, snapshots: { bucket, prefix } }: StatusOptions): Promise<string> {
  let newest: { readonly key?: string; readonly at: Date } | undefined;
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: `${prefix}/`, ContinuationToken }),
    );
    for (const { Key: key, LastModified: at } of page.Contents ?? [])
      if (at && (!newest || at > newest.at)) newest = { key, at };
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  if (!newest) return `There is no snapshot in s3://${bucket}/${prefix}/.`;
  const minutes = Math.round((Date.now() - newest.at.getTime()) / 60_000);
  return `The newest snapshot is ${minutes} minutes old: ${newest.key}`;
}

/** When the certificate that is served ends. */
export async function certificateEnd({ address, caPem, serverName }: VaultConnection): Promise<Date> {
  const { hostname, port } = new URL(address);
  return await new Promise<Date>((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), ca: caPem, servername: serverName }, () => {
      resolve(new Date(socket.getPeerCertificate().valid_to));
      socket.destroy();
    });
    socket.once("error", reject);
  });
}
