import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { text } from "node:stream/consumers";

export interface VaultConnection {
  /** With scheme and port, without a path. */
  readonly address: string;
  readonly token?: string;
  /** Of the authority that issued the server's certificate; the system's where it is left out. */
  readonly caPem?: string;
  /** Name that the certificate is for, where it is not the address's host. */
  readonly serverName?: string;
  /** For a login by certificate. */
  readonly client?: { readonly certificatePem: string; readonly keyPem: string };
  /** Without a word for so long, a call has failed. @default 30 seconds */
  readonly timeoutMs?: number;
}

export interface VaultAnswer {
  readonly status: number;
  /** Undefined where Vault answers without a body. */
  readonly body: Record<string, unknown> | undefined;
}

/** An error answer of Vault, with what it says itself. */
export class VaultRefused extends Error {
  override readonly name = "VaultRefused";
  constructor(
    readonly operation: string,
    readonly status: number,
    readonly errors: readonly string[],
  ) {
    super(`Vault refused ${operation}: HTTP ${status}${errors.map((error) => `; ${error.trim()}`).join("")}`);
  }
}

export type VaultMethod = "GET" | "LIST" | "POST" | "PUT" | "DELETE";

/** A call of Vault's HTTP API; `path` is what follows `/v1/`. Every status is an answer. Bytes are sent as they are. */
export async function askVault(
  { address, token, caPem, serverName, client, timeoutMs = 30_000 }: VaultConnection,
  method: VaultMethod,
  path: string,
  body?: object | Uint8Array,
): Promise<VaultAnswer> {
  const url = new URL(`/v1/${path}`, address);
  const headers = { "content-type": "application/json", ...(token && { "x-vault-token": token }) };
  const send = url.protocol === "https:" ? requestHttps : requestHttp;
  return await new Promise<VaultAnswer>((resolve, reject) => {
    const tls = {
      ...(caPem && { ca: caPem }),
      ...(serverName && { servername: serverName }),
      ...(client && { cert: client.certificatePem, key: client.keyPem }),
    };
    // A connection of its own for each call: it is verified, with the certificate that is served now.
    const outgoing = send(url, { method, headers, ...tls, agent: false }, (incoming) => {
      const status = incoming.statusCode ?? 0;
      text(incoming)
        .then((answer) => ({ status, body: parsed(answer, `${method} ${path}: HTTP ${status}`) }))
        .then(resolve, reject);
    });
    outgoing.once("error", reject);
    outgoing.setTimeout(timeoutMs, () =>
      outgoing.destroy(new Error(`${method} ${path}: no answer of ${address} in ${timeoutMs / 1000} s`)),
    );
    outgoing.end(body instanceof Uint8Array ? body : body && JSON.stringify(body));
  });
}

/** The parser's own error would have a part of the answer in it, and an answer may have a token. */
function parsed(answer: string, what: string): VaultAnswer["body"] {
  if (answer === "") return undefined;
  const value = jsonOf(answer);
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as VaultAnswer["body"];
  throw new Error(
    `${what} must come with a JSON object, and does not: something else answers in Vault's place, or the answer was ` +
      "cut off; look at what is between, a balancer or a proxy, and run the command again",
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** As `askVault`, with an error answer thrown. So is a redirect: a standby without its leader, which did nothing. */
export async function callVault(
  connection: VaultConnection,
  method: VaultMethod,
  path: string,
  body?: object | Uint8Array,
): Promise<Record<string, unknown>> {
  const { status, body: answer = {} } = await askVault(connection, method, path, body);
  if (status >= 200 && status < 300) return answer;
  throw new VaultRefused(`${method} ${path}`, status, (answer.errors as string[] | undefined) ?? []);
}
