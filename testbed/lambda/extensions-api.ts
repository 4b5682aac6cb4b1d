import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

/** An event as `Extensions API` in the Lambda Developer Guide describes it. */
export type ExtensionEvent =
  | {
      readonly eventType: "INVOKE";
      readonly deadlineMs: number;
      readonly requestId: string;
      readonly invokedFunctionArn: string;
    }
  | { readonly eventType: "SHUTDOWN"; readonly deadlineMs: number; readonly shutdownReason: "spindown" };

/** Lambda's Extensions API for one extension, on a free loopback port. */
export interface ExtensionsApi {
  /** `host:port`, the value of AWS_LAMBDA_RUNTIME_API. */
  readonly address: string;
  /** Resolves when the extension asks for its next event; the first time means that it is ready. */
  polled(): Promise<void>;
  /** Answers the extension that asked; an event that it did not register for is not sent. */
  send(event: ExtensionEvent): void;
  close(): Promise<void>;
}

const BASE = "/2020-01-01/extension";

export async function startExtensionsApi(functionName: string, handler: string): Promise<ExtensionsApi> {
  const identifier = randomUUID();
  let registered: readonly string[] = [];
  let waiting: ServerResponse | undefined;
  let onPoll: () => void = () => {};

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const route = `${request.method} ${request.url}`;
    if (route === `POST ${BASE}/register`) {
      registered = ((await json(request)) as { events?: string[] }).events ?? [];
      response.setHeader("Lambda-Extension-Identifier", identifier);
      response.end(JSON.stringify({ functionName, functionVersion: "$LATEST", handler }));
    } else if (request.headers["lambda-extension-identifier"] !== identifier) {
      response.writeHead(403).end(JSON.stringify({ errorType: "Extension.UnknownExtensionIdentifier" }));
    } else if (route === `GET ${BASE}/event/next`) {
      waiting = response;
      onPoll();
    } else {
      response.writeHead(404).end();
    }
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(400).end());
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    polled: async () => {
      if (waiting === undefined) await new Promise<void>((resolve) => (onPoll = resolve));
    },
    send(event) {
      if (waiting === undefined || !registered.includes(event.eventType)) return;
      waiting.end(JSON.stringify(event));
      waiting = undefined;
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
