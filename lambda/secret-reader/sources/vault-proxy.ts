import type { Environment } from "../environment";
import {
  SecretAccessDeniedError,
  type SecretError,
  SecretNotFoundError,
  type SecretPlace,
  SecretUnavailableError,
} from "../errors";
import { askExtension, type Extension, originOf } from "../extension-http";
import { parseJson } from "../fields";
import { isOutage, statusBehind } from "../outage";
import type { SecretSource } from "../secret";
import { secretFromKv, versionIn } from "./vault-kv";
import { checkLayer } from "./vault-layer";
import { vaultPathOf } from "./vault-path";

const CHECK_NETWORK = "Check VLE_VAULT_ADDR, VAULT_CACERT and TCP 8200 to Vault.";

/** What to check by HTTP status, where Vault or the extension means something of its own by it. */
const CHECKS: Readonly<Record<number, string>> = {
  400: "While a new mount is being set up this passes by itself.",
  403: "Check that a policy of the Vault role has read on this path, and VAULT_NAMESPACE.",
  429: "Raise Vault's rate limit quota.",
  502: `The extension does not reach Vault. ${CHECK_NETWORK}`,
  503: "Vault is sealed, or a standby without an active node.",
};

/**
 * Reads a KV version 2 mount through the proxy of the Vault Lambda Extension (its README, "Vault Lambda extension").
 * Requests for the same secret have the same headers, because the extension caches by them; the one that has it fetch
 * anew does not count.
 *
 * @throws Error if the environment is wrong.
 */
export function vaultProxy(environment: Environment): SecretSource {
  const folder = vaultPathOf(environment);
  const extension = {
    origin: originOf(
      environment.VAULT_ADDR ?? "",
      "VAULT_ADDR",
      "Vault's own address belongs in VLE_VAULT_ADDR",
    ),
    ifRefused: checkLayer("proxy"),
    ifSilent: CHECK_NETWORK,
  };
  const namespace = environment.VAULT_NAMESPACE;
  return {
    name: "vault-proxy",
    capabilities: { previousVersion: true, refresh: true },

    async fetch(name, { version, refresh }) {
      const place = { source: this.name, secretId: folder + name };
      const headers = {
        // The extension uses the namespace for its login only.
        ...(namespace && { "X-Vault-Namespace": namespace }),
        ...(refresh && { "X-Vault-Cache-Control": "recache" }),
      };
      const current = await read(extension, place, headers);
      const number = versionIn(current);
      if (version === "current" || number === undefined) return secretFromKv(current, place, new Date());
      if (number < 2) {
        throw new SecretNotFoundError(place, "has no previous version yet", "Wait for the next change.");
      }
      return secretFromKv(await read(extension, place, headers, `?version=${number - 1}`), place, new Date());
    },
  };
}

/** Vault's answer, also the one that there is no such secret. */
async function read(
  extension: Extension,
  place: SecretPlace,
  headers: Readonly<Record<string, string>>,
  query = "",
): Promise<unknown> {
  const path = place.secretId.split("/").map(encodeURIComponent).join("/");
  const { status, body } = await askExtension(extension, place, `/v1/${path}${query}`, headers);
  if (status !== 200 && status !== 404) throw translate(status, body, place);
  return parseJson(body, "Vault's answer", place);
}

function translate(status: number, body: string, place: SecretPlace): SecretError {
  const reasons = reasonsIn(body);
  const behind = statusBehind(status, body);
  const isSettingUp = status === 400 && body.includes("from non-versioned to versioned");
  const Failure = isOutage(behind) || isSettingUp ? SecretUnavailableError : SecretAccessDeniedError;
  // The extension's own errors are not Vault's JSON.
  return status === 500 && reasons === undefined
    ? new Failure(
        place,
        `the extension has no token, its login failed (HTTP ${behind})`,
        "Check its log, VAULT_AUTH_PROVIDER, VAULT_AUTH_ROLE, VAULT_IAM_SERVER_ID and VAULT_STS_ENDPOINT_REGION.",
      )
    : new Failure(place, `HTTP ${status}${reasons ?? ""}`, CHECKS[status] ?? "Check Vault's health and log.");
}

/** The strings under `errors`, which is all of a body that gets into a message. */
function reasonsIn(body: string): string | undefined {
  try {
    return `: ${JSON.parse(body).errors.join("; ").replace(/\s+/g, " ").slice(0, 200)}`;
  } catch {
    return undefined;
  }
}
