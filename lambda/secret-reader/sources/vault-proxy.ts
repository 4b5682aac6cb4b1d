import { type Environment, required } from "../environment";
import {
  SecretAccessDeniedError,
  type SecretError,
  SecretNotFoundError,
  type SecretPlace,
  SecretUnavailableError,
} from "../errors";
import { askExtension, type Extension } from "../extension-http";
import { parseJson } from "../fields";
import type { SecretSource } from "../secret";
import { secretFromKv, versionIn } from "./vault-kv";
import { vaultPathOf } from "./vault-path";

const CHECK_NETWORK = "Check VLE_VAULT_ADDR, VAULT_CACERT, and TCP 8200 from the function to Vault.";

/** What to check by HTTP status, where Vault or the extension means something of its own by it. */
const CHECKS: Readonly<Record<number, string>> = {
  400: "While a new mount is being set up this passes by itself.",
  429: "A rate limit quota of Vault is used up: raise it.",
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
    origin: proxyAddress(environment),
    ifRefused:
      "Check the layer vault-lambda-extension, and that VAULT_RUN_MODE is default or proxy, in lower case.",
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
        throw new SecretNotFoundError(
          place,
          "has no previous version yet",
          "There is one after the next change.",
        );
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
  if (status === 403) {
    return new SecretAccessDeniedError(
      place,
      `Vault denied access${reasons ?? ""}`,
      "Check that a policy of the Vault role has read on this path, and VAULT_NAMESPACE.",
    );
  }
  // The extension's own errors are not Vault's JSON.
  if (status === 500 && reasons === undefined) {
    return new SecretUnavailableError(
      place,
      "HTTP 500: the extension has no token, its login failed",
      "Check its log, VAULT_AUTH_PROVIDER, VAULT_AUTH_ROLE, VAULT_IAM_SERVER_ID and VAULT_STS_ENDPOINT_REGION.",
    );
  }
  return new SecretUnavailableError(
    place,
    `HTTP ${status}${reasons ?? ""}`,
    CHECKS[status] ?? "Check Vault's health and log.",
  );
}

/** The strings under `errors`, which is all of a body that gets into a message. */
function reasonsIn(body: string): string | undefined {
  try {
    return `: ${JSON.parse(body).errors.join("; ").replace(/\s+/g, " ").slice(0, 200)}`;
  } catch {
    return undefined;
  }
}

function proxyAddress(environment: Environment): string {
  const variable = "VAULT_ADDR";
  const value = required(environment, variable, "be the extension's proxy");
  const [origin] = /^http:\/\/(?:127\.0\.0\.1|localhost):\d+(?=\/?$)/.exec(value) ?? [];
  if (origin !== undefined) return origin;
  throw new Error(
    `${variable} must be the extension's proxy, http://127.0.0.1:8200, got ${JSON.stringify(value)}; ` +
      "the address of Vault belongs in VLE_VAULT_ADDR",
  );
}
