import {
  howKept,
  type InitialiseOptions,
  isInitialised,
  type Recovery,
  SHARES,
  THRESHOLD,
} from "./initialise";
import { confirmKept, refuseUnknown } from "./kept-shares";
import { leading } from "./one-server";
import { notHeld } from "./read-back";
import { askVault, callVault, type VaultConnection } from "./vault-api";
import { until, waitForVoters } from "./waiting";

const ROTATION = "sys/rotate/recovery";
/** For another run to end what it began: a few calls. */
const OTHER_RUN_MS = 10_000;

type Options = InitialiseOptions & Required<Pick<InitialiseOptions, "lostRecovery">>;

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
  const { nodes, recovery } = options;
  if (!(await isInitialised(nodes)))
    throw new Error(
      "the server must have initialised itself, and did not: journalctl -u vault-server at node-1 may say why. It " +
        "does so on the first volume of node-1 alone. Where that is gone, npm run vault:init -- --again initialises it",
    );
  const active = await leading(nodes);
  const lines = await keptBy(active, options);
  await confirmKept(recovery, active);
  return lines;
}

async function keptBy(active: VaultConnection, options: Options): Promise<readonly string[]> {
  if ((await options.recovery.read())?.state === "ready" && (await hasRecoveryShares(active))) {
    await refuseUnknown(options.recovery, active);
    return ["The server is initialised and configured already; nothing was changed."];
  }
  const operator = { ...active, token: await loggedIn(active, options) };
  try {
    return await keepShares(operator, options);
  } finally {
    // Or it ends within the hour. What failed before it is what has to be said.
    await callVault(operator, "POST", "auth/token/revoke-self").catch(() => {});
  }
}

/** @param active node: another one may remember for long that there were none. */
export async function hasRecoveryShares(active: VaultConnection): Promise<boolean> {
  return (await callVault(active, "GET", "sys/seal-status")).n !== 0;
}

async function loggedIn(active: VaultConnection, { logIn }: Options): Promise<string> {
  try {
    return await logIn(active);
  } catch (cause) {
    if (await hasRecoveryShares(active)) throw cause;
    throw new Error(
      `an operator must be let in, and is not: ${(cause as Error).message}. If the operators of the environment file ` +
        "are right, the server initialised itself only in part, and holds nothing: end all nodes and their volumes, " +
        "deploy, and run npm run vault:init -- --again",
      { cause },
    );
  }
}

async function keepShares(operator: VaultConnection, options: Options): Promise<readonly string[]> {
  const { nodes, recovery, requests } = options;
  await waitForVoters(operator, nodes.length);
  const wrong = await notHeld(operator, requests);
  if (wrong.length > 0) throw new Error(`the server did not keep what it was told: ${wrong.join("; ")}`);
  await revokeRootTokens(operator);
  const claim = await claimed(operator, options);
  const made = claim && (await sharesOf(operator, claim, options));
  if (!made) return ["Another run has kept the recovery shares."];
  await recovery.write({ ...made, state: "ready" });
  if (made.encrypted) await callVault(operator, "DELETE", `${ROTATION}/backup`);
  return ["The server initialised itself, and an operator's login works.", howKept(made, recovery.name)];
}

/** Before 2.6.0, OpenBao leaves the one with which it initialised itself (its changelog, GH-3346). */
async function revokeRootTokens(operator: VaultConnection): Promise<void> {
  const { data } = await callVault(operator, "LIST", "auth/token/accessors");
  for (const accessor of (data as { keys: readonly string[] }).keys) {
    const { body } = await askVault(operator, "POST", "auth/token/lookup-accessor", { accessor });
    const { policies = [] } = (body?.data ?? {}) as { policies?: readonly string[] };
    if (policies.includes("root"))
      await callVault(operator, "POST", "auth/token/revoke-accessor", { accessor });
  }
}

/** Undefined where another run has ended what it began; one that was stopped is not waited for. */
async function claimed(operator: VaultConnection, options: Options): Promise<Claim | undefined> {
  const { recovery, lostRecovery } = options;
  const isFirst = await recovery.create(begun(options));
  const isKept = async () =>
    (await recovery.read())?.state === "ready" && (await hasRecoveryShares(operator));
  for (;;) {
    if (!isFirst) await until("the other run ends", isKept, OTHER_RUN_MS).catch(() => {});
    const found = await recovery.readVersion();
    if (!found || (await isKept())) return undefined;
    if (isFirst) return found;
    if (found.value.rootToken)
      throw new Error(
        "a run of vault:init -- --again must end what it began first; then run npm run vault:init",
      );
    const isOfOther = found.value.state === "ready";
    if (isOfOther) await lostRecovery.write(found.value);
    const value = isOfOther ? begun(options) : found.value;
    const versionId = await recovery.replace(found.versionId, value);
    if (versionId) return { value, versionId };
  }
}

function begun({ pgpKeys }: Options): Recovery {
  return { state: "begun", threshold: THRESHOLD, shares: [], encrypted: pgpKeys !== undefined };
}

/** Undefined where another run took its time for being stopped, and goes on. */
async function sharesOf(
  operator: VaultConnection,
  { value, versionId }: Claim,
  options: Options,
): Promise<Recovery | undefined> {
  const { recovery, pgpKeys } = options;
  // What a run began that was stopped: from here on, it cannot end it any more.
  await callVault(operator, "DELETE", `${ROTATION}/init`);
  if (await hasRecoveryShares(operator))
    return value.state === "begun" ? await copyOfShares(operator, recovery.name) : value;
  const claim = await recovery.replace(versionId, begun(options));
  if (!claim) return undefined;
  const { data } = await callVault(operator, "POST", `${ROTATION}/init`, {
    secret_shares: SHARES,
    secret_threshold: THRESHOLD,
    // Nobody here can decrypt those, so the server has a copy of the encrypted ones instead until they are kept.
    ...(pgpKeys ? { pgp_keys: pgpKeys, backup: true } : { require_verification: true }),
  });
  const { keys_base64: shares, verification_nonce: nonce } = data as Readonly<{
    keys_base64: readonly string[];
    verification_nonce?: string;
  }>;
  const made = { ...begun(options), state: "initialised", shares } as const;
  if (!(await recovery.replace(claim, made))) return undefined;
  if (!made.encrypted)
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
