import { setTimeout as sleep } from "node:timers/promises";
import type { InitialRequest } from "../../constructs/vault/server/node/initial-requests";
import type { ReachedNode } from "./deployed-server";
import type { JsonSecret } from "./json-secret";
import { confirmKept, refuseUnknown } from "./kept-shares";
import { leading } from "./one-server";
import { notHeld } from "./read-back";
import { askVault, callVault, type VaultConnection, VaultRefused } from "./vault-api";
import { until, waitForVoters } from "./waiting";

export const SHARES = 5;
export const THRESHOLD = 3;
/** For a run that the server has initialised for, to keep the shares: one call of Secrets Manager. */
const KEEP_MS = 60_000;
const ATTEMPTS = 4;
const PAUSE_MS = 500;

/** What Secrets Manager keeps of an initialisation. Recovery shares unseal nothing: they authorise a new root token. */
export interface Recovery {
  readonly state: "begun" | "initialised" | "ready";
  /** Until it is revoked, which makes it `ready`: so that another run can end what one began. */
  readonly rootToken?: string;
  readonly threshold: number;
  /** Base64; or, with PGP keys, base64 of what only the keys' owners can decrypt. */
  readonly shares: readonly string[];
  readonly encrypted: boolean;
}

export interface InitialiseOptions {
  /** Every node. The first is the one that is initialised, always: two nodes would become two clusters. */
  readonly nodes: readonly ReachedNode[];
  readonly recovery: JsonSecret<Recovery>;
  /** Where the shares of a server go that lost its data. @default - such a server is not initialised again */
  readonly lostRecovery?: JsonSecret<Recovery>;
  readonly requests: readonly InitialRequest[];
  /** Logs in as an operator, which has to work before the root token goes; gives the token. */
  readonly logIn: (active: VaultConnection) => Promise<string>;
  /** Five public keys, base64: the shares are encrypted to them. @default - the shares are plain in the secret */
  readonly pgpKeys?: readonly string[];
}

/**
 * Initialises a server, tells it what it has to know, and revokes the root token. It may be run again, or twice at
 * once: the server lets only one initialise it, and a later run does what an earlier one left undone.
 *
 * @returns what it did, a line each; nothing of it is secret
 */
export async function initialise(options: InitialiseOptions): Promise<readonly string[]> {
  const lines = await initialiseAndConfigure(options);
  await confirmKept(options.recovery, await leading(options.nodes));
  return lines;
}

async function initialiseAndConfigure(options: InitialiseOptions): Promise<readonly string[]> {
  const { nodes, recovery, requests } = options;
  const lines: string[] = [];
  if (!(await isInitialised(nodes))) await initialiseFirst(options, lines);
  const kept = await readShares(recovery);
  if (kept?.state === "ready") {
    await refuseUnknown(recovery, await leading(nodes));
    return ["The server is initialised and configured already; nothing was changed."];
  }
  if (!kept?.rootToken)
    throw new Error(
      `the server must have been initialised by vault:init, and ${recovery.name} has nothing of it; whoever did ` +
        "initialise it has the recovery shares",
    );

  const active = await leading(nodes);
  const root = { ...active, token: kept.rootToken };
  try {
    await waitForVoters(root, nodes.length);
    for (const request of requests) await write(root, request);
    const wrong = await notHeld(root, requests);
    if (wrong.length > 0) throw new Error(`the server did not keep what it was told: ${wrong.join("; ")}`);
    lines.push(
      `${requests.length} settings were written: audit log, autopilot, logins of nodes and operators.`,
    );
    await tryLogin(options, active);
    lines.push("An operator's login was tried, and works.");
    await callVault(root, "POST", "auth/token/revoke-self");
    lines.push("The root token was revoked.");
  } catch (error) {
    if ((await askVault(root, "GET", "auth/token/lookup-self")).status !== 403) throw error;
    await tryLogin(options, active);
    lines.push("Another run has revoked the root token.");
    // That run says so itself, unless it ended right there.
    const ready = async () => (await recovery.read())?.state === "ready";
    if (
      await until("the other run ends", ready, 10_000).then(
        () => true,
        () => false,
      )
    )
      return lines;
  }
  await recovery.write({ ...kept, rootToken: undefined, state: "ready" });
  return lines;
}

async function tryLogin({ logIn }: InitialiseOptions, active: VaultConnection): Promise<void> {
  await callVault({ ...active, token: await logIn(active) }, "POST", "auth/token/revoke-self");
}

export async function isInitialised(nodes: readonly ReachedNode[]): Promise<boolean> {
  let initialised = false;
  await until("every node answers", async () => {
    const answers = await Promise.all(
      nodes.map(({ connection }) => callVault(connection, "GET", "sys/init")),
    );
    initialised = answers.some(({ initialized }) => initialized === true);
    return true;
  });
  return initialised;
}

/** Unless another run is faster. */
async function initialiseFirst(
  { nodes, recovery, lostRecovery, pgpKeys }: InitialiseOptions,
  lines: string[],
): Promise<void> {
  const [first] = nodes;
  if (!first) throw new Error("the server must have at least one node, got none");
  const encrypted = pgpKeys !== undefined;
  const begun: Recovery = { state: "begun", threshold: THRESHOLD, shares: [], encrypted };
  // Before the shares exist: if this is not allowed, nothing is lost.
  await recovery.create(begun);
  const kept = await recovery.readVersion();
  if (kept && kept.value.state !== "begun") {
    // Of another run, which was faster than this one was with the secret.
    if (await isInitialised(nodes)) return;
    if (!lostRecovery)
      throw new Error(
        `a server whose shares are in ${recovery.name} must be initialised, and says that it is not: it lost its ` +
          "data. To begin anew, and maybe restore a snapshot, run npm run vault:init -- --again, which keeps these " +
          "shares",
      );
    await lostRecovery.write(kept.value);
    if (!(await recovery.replace(kept.versionId, begun))) return;
    lines.push(`The shares of the data that was lost are in the secret ${lostRecovery.name}.`);
  }
  try {
    const answer = await callVault(first.connection, "PUT", "sys/init", {
      recovery_shares: SHARES,
      recovery_threshold: THRESHOLD,
      ...(pgpKeys && { recovery_pgp_keys: pgpKeys }),
    });
    const shares = answer.recovery_keys_base64 as string[];
    const rootToken = String(answer.root_token);
    await recovery.write({ state: "initialised", rootToken, threshold: THRESHOLD, shares, encrypted });
    lines.push("The server was initialised.", howKept({ encrypted }, recovery.name));
  } catch (error) {
    if (!(error instanceof VaultRefused) || !error.message.includes("already initialized")) throw error;
  }
}

/** Where the shares are, for whoever initialised the server. */
export function howKept({ encrypted }: Pick<Recovery, "encrypted">, secret: string): string {
  const how = encrypted ? "encrypted to the PGP keys" : "readable by whoever may read that secret";
  return `${SHARES} recovery shares, ${how}: the secret ${secret}.`;
}

/** Another run may have initialised the server just now, and keeps its shares in a moment. */
async function readShares(recovery: InitialiseOptions["recovery"]): Promise<Recovery | undefined> {
  const kept = await recovery.read();
  if (kept?.state !== "begun") return kept;
  const keeps = async () => (await recovery.read())?.state !== "begun";
  await until("the run that initialised the server keeps its shares", keeps, KEEP_MS).catch((cause) => {
    throw new Error(
      `the run that initialised the server must keep the recovery shares in ${recovery.name}, and did not within ` +
        "a minute: if it was stopped, nobody has them. The server holds nothing yet: make its nodes anew with " +
        "empty volumes, and run npm run vault:init again",
      { cause },
    );
  });
  return await recovery.read();
}

/**
 * A mount or audit device that is there already is as good as one that was made. While another run turns the audit log
 * on, a Vault may fail to write what it answers this one.
 */
async function write(connection: VaultConnection, { path, data }: InitialRequest): Promise<void> {
  for (let attempts = ATTEMPTS; ; attempts--) {
    try {
      await callVault(connection, "POST", path, data);
      return;
    } catch (error) {
      if (!(error instanceof VaultRefused)) throw error;
      if (/already in use/.test(error.message)) return;
      if (error.status !== 500 || attempts === 1) throw error;
      await sleep(PAUSE_MS);
    }
  }
}
