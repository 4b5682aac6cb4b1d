import type { Environment } from "../environment";
import {
  SecretAccessDeniedError,
  type SecretError,
  SecretNotFoundError,
  type SecretPlace,
  SecretUnavailableError,
} from "../errors";
import { askExtension, type ExtensionAnswer, originOf } from "../extension-http";
import { parseJson } from "../fields";
import { isOutage, statusBehind } from "../outage";
import type { SecretSource } from "../secret";
import { secretFromKv, versionIn } from "./vault-kv";
import { checkLayer } from "./vault-layer";
import { vaultPathOf } from "./vault-path";

/** What to check by HTTP status, where Vault or the extension means something of its own by it. */
const CHECKS: Readonly<Record<number, string>> = {
  307: "A standby leads to an active node that does not answer there. No redirect is followed.",
  400: "While a new mount is being set up this passes by itself.",
  403: "Check that a policy of the Vault role has read on this path, and VAULT_NAMESPACE.",
  429: "Raise Vault's rate limit quota.",
  503: "Vault is sealed, or a standby without an active node.",
};

const CHECK_LOGIN =
  "Check its log, VAULT_AUTH_PROVIDER, VAULT_AUTH_ROLE, VAULT_IAM_SERVER_ID and VAULT_STS_ENDPOINT_REGION.";

/** A login costs Vault and STS a request each, and a denial by a policy comes with every read. */
const BETWEEN_LOGINS_MILLISECONDS = 60_000;

/**
 * Reads a KV version 2 mount through the proxy of the Vault Lambda Extension (its README, "Vault Lambda extension"),
 * and past the extension's cache, which is for functions without a cache of their own.
 *
 * @throws Error if the environment is wrong.
 */
export function vaultProxy(environment: Environment): SecretSource {
  const folder = vaultPathOf(environment);
  const { VAULT_ADDR = "", VAULT_NAMESPACE, VLE_VAULT_ADDR = "", VAULT_CACERT } = environment;
  const port = /:(\d+)\/?$/.exec(VLE_VAULT_ADDR)?.[1] ?? "443";
  const checks = {
    network: `Check VLE_VAULT_ADDR and TCP ${port} to Vault.`,
    // The file comes first, if the extension is given both.
    certificate: `Check Vault's certificate and ${VAULT_CACERT ? "VAULT_CACERT" : "VAULT_CACERT_BYTES"}.`,
  };
  const extension = {
    origin: originOf(VAULT_ADDR, "VAULT_ADDR", "Vault's own address belongs in VLE_VAULT_ADDR"),
    ifRefused: checkLayer("proxy"),
    ifSilent: checks.network,
  };
  const headers = {
    // The extension uses the namespace for its login only.
    ...(VAULT_NAMESPACE && { "X-Vault-Namespace": VAULT_NAMESPACE }),
    "X-Vault-Cache-Control": "recache",
  };
  let nextLoginAt = 0;
  let lastLoginEndedAt = Promise.resolve(0);

  /**
   * Vault refuses alike a path that no policy allows and a token that it no longer knows, because it was revoked or
   * Vault was restored. The extension keeps such a token until its time is over, unless it is told to log in anew: once
   * for all reads that the old token served, and not again for a while.
   */
  async function ask(place: SecretPlace, path: string): Promise<ExtensionAnswer> {
    const askedAt = Date.now();
    const answer = await askExtension(extension, place, path, headers);
    if (answer.status !== 403) return answer;
    if (Date.now() >= nextLoginAt) {
      nextLoginAt = Date.now() + BETWEEN_LOGINS_MILLISECONDS;
      const login = askExtension(extension, place, path, { ...headers, "X-Vault-Token-Options": "revoke" });
      lastLoginEndedAt = login.then(Date.now, Date.now);
      return login;
    }
    return askedAt <= (await lastLoginEndedAt) ? askExtension(extension, place, path, headers) : answer;
  }

  /** Vault's answer, also the one that there is no such secret. */
  async function read(place: SecretPlace, query = ""): Promise<unknown> {
    const path = place.secretId.split("/").map(encodeURIComponent).join("/");
    const { status, body } = await ask(place, `/v1/${path}${query}`);
    if (status !== 200 && status !== 404) throw translate(status, body, place, checks);
    return parseJson(body, "Vault's answer", place);
  }

  return {
    name: "vault-proxy",
    capabilities: { previousVersion: true, refresh: true },

    async fetch(name, version) {
      const place = { source: this.name, secretId: folder + name };
      const current = await read(place);
      const number = versionIn(current);
      if (version === "current" || number === undefined) return secretFromKv(current, place, new Date());
      if (number < 2) {
        throw new SecretNotFoundError(place, "has no previous version yet", "Wait for the next change.");
      }
      return secretFromKv(await read(place, `?version=${number - 1}`), place, new Date());
    },
  };
}

/** Nothing of a body gets into a message: Vault's own words may quote a value that it cannot write as JSON. */
function translate(
  status: number,
  body: string,
  place: SecretPlace,
  checks: { readonly network: string; readonly certificate: string },
): SecretError {
  const behind = statusBehind(status, body);
  const isSettingUp = status === 400 && body.includes("from non-versioned to versioned");
  const isTokenUnknown = status === 403 && body.includes("invalid token");
  const Failure =
    isOutage(behind) || behind === 307 || isSettingUp || isTokenUnknown
      ? SecretUnavailableError
      : SecretAccessDeniedError;
  const [problem, check] = body.startsWith("failed to get valid Vault token")
    ? [`the extension has no token, its login failed (HTTP ${behind})`, CHECK_LOGIN]
    : status === 502
      ? ["the extension does not reach Vault (HTTP 502)", checks.network]
      : isTokenUnknown
        ? ["Vault does not know the extension's token (HTTP 403)", "Try again."]
        : [`HTTP ${status}`, CHECKS[status] ?? "Check Vault's health and log."];
  return new Failure(place, problem, body.includes("x509: ") ? checks.certificate : check);
}
