import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it came over the wire. */
export interface Seen {
  readonly url: string;
  /** By name in lower case, as names of headers have no case. */
  readonly headers: Headers;
  readonly body: string;
}

type Headers = Readonly<Record<string, string>>;

export type Answer =
  | { readonly status: number; readonly body: string; readonly type?: string; readonly headers?: Headers }
  /** Something else than HTTP. */
  | "no-http"
  /** Nothing, ever. */
  | "silent"
  /** The head of an answer, and then nothing. */
  | "half"
  /** The head of an answer, and then the end of the connection. */
  | "broken";

/** A server on loopback that answers as it is told and remembers what it was asked. */
export class LoopbackServer {
  readonly seen: Seen[] = [];

  private constructor(private readonly server: Server) {}

  static async start(answer: (request: Seen) => Answer): Promise<LoopbackServer> {
    const server = createServer();
    const started = new LoopbackServer(server);
    server.on("request", async (request: IncomingMessage, response: ServerResponse) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      const seen = { url: request.url ?? "", headers: headersOf(request), body };
      started.seen.push(seen);
      send(answer(seen), response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return started;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function send(answer: Answer, response: ServerResponse): void {
  if (answer === "silent") return;
  if (answer === "no-http") {
    response.socket?.end("not HTTP\r\n\r\n");
    return;
  }
  if (typeof answer === "string") {
    response.writeHead(200, { "content-length": "1000" }).write("{");
    if (answer === "broken") setImmediate(() => response.destroy());
    return;
  }
  const { status, body, type = "application/json", headers } = answer;
  response.writeHead(status, { "content-type": type, ...headers }).end(body);
}

function headersOf({ rawHeaders }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    rawHeaders.flatMap((name, index) =>
      index % 2 === 0 ? [[name.toLowerCase(), rawHeaders[index + 1] ?? ""]] : [],
    ),
  );
}
