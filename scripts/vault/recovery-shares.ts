import {
  howKept,
  type InitialiseOptions,
  isInitialised,
  type Recovery,
  SHARES,
  THRESHOLD,
} from "./initialise";
import { notHeld } from "./read-back";
import { callVault, type VaultConnection } from "./vault-api";
import { until, waitForActive, waitForVoters } from "./waiting";

const ROTATION = "sys/rotate/recovery";
/** For another run to end what it began: a few calls. */
const OTHER_RUN_MS = 10_000;

type Options = Omit<InitialiseOptions, "lostRecovery">;

/** The secret, as the run that goes on with it has it. */
interface Claim {
  readonly value: Recovery;
  readonly versionId: string;
}

/**
 * Has a server that initialised itself make its recovery shares, which it did not do then, and keeps them. It may be
 * run again, or twice at once: one run goes on at a time, and shares become the server's only once they are kept.
 * Source: OpenBao API documentation, `/sys/rotate/recovery`.
 *
 * @returns what it did, a line each; nothing of it is secret
 */
export async function keepRecoveryShares(options: Options): Promise<readonly string[]> {
  const { nodes, recovery, logIn } = options;
  if (!(await isInitialised(nodes)))
    throw new Error(
      "the server must have initialised itself, and did not: journalctl -u vault-server at node-1 may say why. It " +
        "does so on the first volume of node-1 alone. Where that is gone, npm run vault:init -- --again initialises it",
    );
  if ((await recovery.read())?.state === "ready")
    return ["The server is initialised and configured already; nothing was changed."];
  const active = await waitForActive(nodes);
  const operator = { ...active, token: await logIn(active) };
  try {
    return await keepShares(operator, options);
  } finally {
    await callVault(operator, "POST", "auth/token/revoke-self");
  }
}

async function keepShares(operator: VaultConnection, options: Options): Promise<readonly string[]> {
  const { nodes, recovery, requests } = options;
  await waitForVoters(operator, nodes.length);
  const wrong = await notHeld(operator, requests);
  if (wrong.length > 0) throw new Error(`the server did not keep what it was told: ${wrong.join("; ")}`);
  const claim = await claimed(options);
  const made = claim && (await sharesOf(operator, claim, options));
  if (!made) return ["Another run has kept the recovery shares."];
  await recovery.write({ ...made, state: "ready" });
  if (made.encrypted) await callVault(operator, "DELETE", `${ROTATION}/backup`);
  return ["The server initialised itself, and an operator's login works.", howKept(made, recovery.name)];
}

/** Undefined where another run has ended what it began; one that was stopped is not waited for. */
async function claimed({ recovery, pgpKeys }: Options): Promise<Claim | undefined> {
  const encrypted = pgpKeys !== undefined;
  const isFirst = await recovery.create({ state: "begun", threshold: THRESHOLD, shares: [], encrypted });
  for (;;) {
    const isReady = async () => (await recovery.read())?.state === "ready";
    if (!isFirst) await until("the other run ends", isReady, OTHER_RUN_MS).catch(() => {});
    const found = await recovery.readVersion();
    if (!found || found.value.state === "ready") return undefined;
    if (isFirst) return found;
    const versionId = await recovery.replace(found.versionId, found.value);
    if (versionId) return { ...found, versionId };
  }
}

/** Undefined where another run took its time for being stopped, and goes on. */
async function sharesOf(
  operator: VaultConnection,
  { value, versionId }: Claim,
  { recovery, pgpKeys }: Options,
): Promise<Recovery | undefined> {
  // What a run began that was stopped.
  await callVault(operator, "DELETE", `${ROTATION}/init`);
  const { data } = await callVault(operator, "POST", `${ROTATION}/init`, {
    secret_shares: SHARES,
    secret_threshold: THRESHOLD,
    // Nobody here can decrypt those, so the server has a copy of the encrypted ones instead until they are kept.
    ...(pgpKeys ? { pgp_keys: pgpKeys, backup: true } : { require_verification: true }),
  });
  const { keys_base64: shares, verification_nonce: nonce } = data as {
    keys_base64?: string[];
    verification_nonce?: string;
  };
  if (!shares) {
    await callVault(operator, "DELETE", `${ROTATION}/init`);
    return value.state === "begun" ? await copyOfShares(operator, recovery.name) : value;
  }
  const encrypted = pgpKeys !== undefined;
  const made = { state: "initialised", threshold: THRESHOLD, shares, encrypted } as const;
  if (!(await recovery.replace(versionId, made))) return undefined;
  if (!encrypted)
    for (const key of shares.slice(0, THRESHOLD))
      await callVault(operator, "POST", `${ROTATION}/verify`, { key, nonce });
  return made;
}

/** Of a run that was stopped before it kept them. */
async function copyOfShares(operator: VaultConnection, secret: string): Promise<Recovery> {
  const { data } = await callVault(operator, "GET", `${ROTATION}/backup`).catch((cause) => {
    throw new Error(
      `the server's recovery shares must be in ${secret}, which has none: whoever had them made has them`,
      { cause },
    );
  });
  const shares = Object.values((data as { keys_base64: Record<string, string[]> }).keys_base64).flat();
  return { state: "initialised", threshold: THRESHOLD, shares, encrypted: true };
}

/** Whether somebody could make a root token; OpenBao that initialised itself has no shares at first. */
export async function hasRecoveryShares(connection: VaultConnection): Promise<boolean> {
  return (await callVault(connection, "GET", "sys/seal-status")).n !== 0;
}
