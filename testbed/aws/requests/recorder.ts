import type { IncomingMessage } from "node:http";

/** A request as the emulator got it. It may hold a secret's value: keep it in memory. */
export interface RecordedRequest {
  /** The name that the request is signed for. */
  readonly service: string;
  readonly method: string;
  readonly url: string;
  /** Without credentials. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of an object of S3, nothing. */
  readonly body: Buffer;
  /** The emulator answered only that it does not know the call. */
  readonly unknownToEmulator: boolean;
}

/** Is told what came back. Gives whether the emulator knew the call. */
export type Answered = (status?: number, contentType?: string) => boolean;

/** Objects of S3 may be large, and no model says anything about what is in them. */
export function isObject(service: string, url = ""): boolean {
  return service === "s3" && /^\/[^/?]+\/[^?]+/.test(url);
}

/** Keeps every request to the emulator, for a comparison with AWS's own models. */
export class RequestRecorder {
  readonly #requests: RecordedRequest[] = [];

  get requests(): readonly RecordedRequest[] {
    return this.#requests;
  }

  /** @param body what was read of the request already; otherwise it is read along with whoever reads it next. */
  record(incoming: IncomingMessage, body: string | undefined): Answered {
    const { method = "", url = "", headers } = incoming;
    const [, service = ""] =
      /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? "") ?? [];
    if (service === "") return () => true;
    const chunks: Buffer[] = body === undefined ? [] : [Buffer.from(body)];
    if (body === undefined && !isObject(service, url))
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    let unknownToEmulator = false;
    this.#requests.push({
      service,
      method,
      url,
      headers: withoutCredentials(headers),
      get body() {
        return Buffer.concat(chunks);
      },
      get unknownToEmulator() {
        return unknownToEmulator;
      },
    });
    return (status = 0, contentType = "") => {
      // moto has a page for people where it does not know a path, or what to do. HEAD gets the head of one.
      const isPage = status >= 400 && contentType.startsWith("text/html") && method !== "HEAD";
      unknownToEmulator = status === 501 || isPage;
      return !unknownToEmulator;
    };
  }
}

function withoutCredentials(headers: IncomingMessage["headers"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      /^(authorization|x-amz-security-token)$/.test(name) ? [] : [[name, String(value)]],
    ),
  );
}
