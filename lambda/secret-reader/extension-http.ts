import { get, type IncomingMessage } from "node:http";
import {
  SecretMalformedError,
  type SecretPlace,
  SecretUnavailableError,
  SecretUnexpectedError,
} from "./errors";
import { isConnectionLost, isNotHttp } from "./outage";
import { wrongValue } from "./wrong-value";

const ANSWER_MILLISECONDS = 5_000;
/**
 * Vault keeps 1 MiB of a secret at most, as it is in its answers (Vault documentation, "Limits and maximums"); what
 * comes with it, such as custom metadata, is 50 kB at most. A secret of Secrets Manager has 64 KiB.
 */
const ANSWER_BYTES = 1_200_000;

/** A Lambda extension that answers HTTP within the execution environment. */
export interface Extension {
  /** For example `http://127.0.0.1:8200`. */
  readonly origin: string;
  /** What to check if nothing listens there. */
  readonly ifRefused: string;
  /** What to check if it does not answer in time. */
  readonly ifSilent: string;
}

export interface ExtensionAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * The origin of an extension's address, which `variable` sets. It has to be on this machine, because the function's
 * session or namespace is sent there.
 *
 * @throws Error if it is anywhere else.
 */
export function originOf(address: string, variable: string, fix: string): string {
  const [, origin] = /^(http:\/\/(?:127\.0\.0\.1|localhost):\d+)\/?$/.exec(address) ?? [];
  if (origin) return origin;
  throw wrongValue(`${variable} must lead to the extension, http://127.0.0.1 and a port`, address, fix);
}

/**
 * One GET request; a redirect is not followed. Connections are not kept: an execution environment sleeps between
 * invocations, and one that broke meanwhile costs more than a new one on loopback.
 *
 * @throws SecretUnavailableError without a whole answer in 5 s, SecretMalformedError if it is longer than 1.2 MB or not
 * HTTP.
 */
export async function askExtension(
  { origin, ifRefused, ifSilent }: Extension,
  place: SecretPlace,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<ExtensionAnswer> {
  const signal = AbortSignal.timeout(ANSWER_MILLISECONDS);
  let bytes = 0;
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get(origin + path, { agent: false, headers, signal }, resolve).on("error", reject);
    });
    const chunks: Buffer[] = [];
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > ANSWER_BYTES) break;
      chunks.push(chunk);
    }
    if (bytes <= ANSWER_BYTES) {
      return { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() };
    }
  } catch (error) {
    const { code } = Object(error) as NodeJS.ErrnoException;
    if (signal.aborted) {
      throw new SecretUnavailableError(
        place,
        `the extension did not answer within ${ANSWER_MILLISECONDS} ms`,
        ifSilent,
      );
    }
    if (code === "ECONNREFUSED") {
      throw new SecretUnavailableError(
        place,
        `nothing listens on ${origin}: the extension is not running`,
        ifRefused,
      );
    }
    const Failure = isConnectionLost(code) ? SecretUnavailableError : isNotHttp(code) && SecretMalformedError;
    if (!Failure) throw new SecretUnexpectedError(place, Object(error));
    throw new Failure(place, `the exchange with ${origin} broke (${code})`, "Check the extension's log.");
  }
  throw new SecretMalformedError(
    place,
    `the answer must have ${ANSWER_BYTES} bytes at most; it has more`,
    "Check what the secret holds.",
  );
}
