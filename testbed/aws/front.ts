import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { apiCall, isText, type RecordedCall } from "./api-calls";
import { AwsError, type Json } from "./aws-protocol";
import { DnsResolver } from "./dns-resolver";
import { type Answer, errorAnswer } from "./faults/errors";
import { Faults } from "./faults/faults";
import { NetworkInterfaces } from "./network-interfaces";
import { boundaryOf } from "./permissions-boundaries";
import { type Answered, RequestRecorder } from "./requests/recorder";
import { tagsOf } from "./resource-tags";
import { SavedQueries } from "./saved-queries";
import type { SecretsManager } from "./secrets-manager";
import { ServiceQuotas } from "./service-quotas";

/** Plays a service that speaks AWS JSON 1.1. */
type Player = (
  operation: string,
  input: Json,
  headers: Readonly<Record<string, string>>,
) => object | Promise<object>;

/** Runs a deployed function, as Lambda does. */
export type Invoke = (
  functionName: string,
  event: unknown,
) => Promise<{ readonly result?: unknown; readonly error?: object }>;

/** Lines that RDS has put into a log group of a database. */
export type DatabaseLog = (group: string) => Promise<readonly string[]>;

export interface Front {
  readonly port: number;
  /** What runs functions that are called by Lambda's API. @default - moto answers such calls */
  readonly lambda: { invoke?: Invoke };
  /** What RDS writes into CloudWatch Logs. @default - moto answers who looks for it: there is nothing */
  readonly rds: { log?: DatabaseLog };
  /** Every call since the start, the oldest first. */
  readonly calls: readonly RecordedCall[];
  readonly recorder: RequestRecorder;
  readonly networkInterfaces: NetworkInterfaces;
  readonly serviceQuotas: ServiceQuotas;
  /** What AWS does on a bad day. */
  readonly faults: Faults;
  stop(): Promise<void>;
}

/**
 * The one endpoint that Terraform and the functions talk to: what moto cannot is played here, everything else is
 * moto's.
 */
export async function startFront(motoPort: number, secretsManager: SecretsManager): Promise<Front> {
  const calls: RecordedCall[] = [];
  const roleArns = new Map<string, string>();
  const recorder = new RequestRecorder();
  const resolver = new DnsResolver();
  const queries = new SavedQueries();
  const networkInterfaces = new NetworkInterfaces();
  const serviceQuotas = new ServiceQuotas();
  const faults = new Faults(motoPort);
  const lambda: Front["lambda"] = {};
  const rds: Front["rds"] = {};
  const players: Readonly<Record<string, Player>> = {
    secretsmanager: (operation, input, headers) => secretsManager.handle(operation, input, headers),
    Route53Resolver: (operation, input) => resolver.handle(operation, input),
    ServiceQuotasV20190624: (operation, input) => serviceQuotas.handle(operation, input),
  };
  const playerOfLogs = (operation: string): Player | undefined => {
    const { log } = rds;
    if (operation === "FilterLogEvents" && log)
      return async (_, input) => ({
        events: (await log(String(input.logGroupName))).map((message) => ({ message })),
      });
    const query = queries.operations[operation];
    return query && ((_, input) => query(input));
  };
  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = isText(incoming) ? await text(incoming) : undefined;
    const answered = recorder.record(incoming, body);
    incoming.pause();
    const call = apiCall(incoming, body ?? "");
    if (call)
      calls.push({
        ...call,
        roleArn: roleArns.get(call.accessKeyId),
        userAgent: incoming.headers["user-agent"],
        resourceTags: await tagsOf(motoPort, call, incoming.headers),
        permissionsBoundary: await boundaryOf(motoPort, call, incoming.headers),
      });
    const instead = call && (await faults.before(call, incoming, body));
    if (instead) return answerInstead(instead, incoming, outgoing, answered);
    const [service = "", operation = ""] = String(incoming.headers["x-amz-target"] ?? "").split(".");
    const player = service === "Logs_20140328" ? playerOfLogs(operation) : players[service];
    const invoked = /\/functions\/([^/]+)\/invocations$/.exec(incoming.url ?? "")?.[1];
    if (lambda.invoke && invoked)
      await answerInvocation(
        lambda.invoke,
        decodeURIComponent(invoked),
        body ?? (await text(incoming)),
        outgoing,
      );
    else if (call && faults.concerns(call))
      await answerQuery(motoPort, incoming, body ?? "", outgoing, (answer) => {
        faults.after(call, incoming, answer);
        return answer;
      });
    else if (player) await answer(player, operation, incoming, body ?? "", outgoing, answered);
    else if (call?.action === "DescribeNetworkInterfaces")
      await answerQuery(motoPort, incoming, body ?? "", outgoing, (answer) =>
        networkInterfaces.page(answer, call.input),
      );
    else if (call?.service === "sts" && call.action === "AssumeRole")
      await answerQuery(motoPort, incoming, body ?? "", outgoing, (answer) => {
        const [, accessKeyId = ""] = /<AccessKeyId>([^<]+)</.exec(answer) ?? [];
        roleArns.set(accessKeyId, String(call.input.RoleArn));
        return answer;
      });
    else forward(motoPort, incoming, body, outgoing, answered);
  };
  const server = createServer((incoming, outgoing) => {
    // Whoever asked is gone, or asked no question: that must not end the process.
    handle(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    port: (server.address() as AddressInfo).port,
    lambda,
    rds,
    calls,
    recorder,
    networkInterfaces,
    serviceQuotas,
    faults,
    stop: () => close(server),
  };
}

function answerInstead(
  { status, headers, body }: Answer,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  answered: Answered,
): void {
  answered(status);
  incoming.resume();
  outgoing.writeHead(status, headers).end(body);
}

async function answer(
  player: Player,
  operation: string,
  incoming: IncomingMessage,
  input: string,
  outgoing: ServerResponse,
  answered: Answered,
): Promise<void> {
  let status = 200;
  let body: object;
  try {
    const authorization = String(incoming.headers.authorization ?? "");
    body = await player(operation, JSON.parse(input) as Json, { authorization });
  } catch (error) {
    const known = error instanceof AwsError;
    status = known ? error.status : 500;
    body = { __type: known ? error.type : "InternalServiceError", message: String((error as Error).message) };
  }
  answered(status);
  outgoing.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
}

async function answerInvocation(
  invoke: Invoke,
  functionName: string,
  event: string,
  outgoing: ServerResponse,
): Promise<void> {
  const { result, error } = await invoke(functionName, JSON.parse(event));
  outgoing.writeHead(200, {
    "content-type": "application/json",
    ...(error && { "x-amz-function-error": "Unhandled" }),
  });
  outgoing.end(JSON.stringify(error ?? result ?? null));
}

/** Has moto answer a query, and changes its answer. */
async function answerQuery(
  port: number,
  { method, url, headers }: IncomingMessage,
  body: string,
  outgoing: ServerResponse,
  change: (answer: string) => string,
): Promise<void> {
  const { authorization = "", "content-type": type = "" } = headers;
  const response = await fetch(`http://127.0.0.1:${port}${url}`, {
    method,
    headers: { authorization, "content-type": type },
    body,
  });
  const answer = await response.text();
  try {
    outgoing
      .writeHead(response.status, { "content-type": "text/xml" })
      .end(response.ok ? change(answer) : answer);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const { type: code, message, status } = error;
    const said = errorAnswer("ec2", { headers: {} }, { code, message, status });
    outgoing.writeHead(status, said.headers).end(said.body);
  }
}

/**
 * moto's threads disturb one another now and then, and it has the same page for that as for a call that it does not
 * know.
 */
const ATTEMPTS = 3;

/** @param body what was read of the request already; undefined if nothing was. */
function forward(
  port: number,
  incoming: IncomingMessage,
  body: string | undefined,
  outgoing: ServerResponse,
  answered: Answered,
  attempts = ATTEMPTS,
): void {
  const { method, url: path, headers } = incoming;
  const upstream = request({ host: "127.0.0.1", port, method, path, headers }, (response) => {
    const isPage = response.statusCode === 500 && response.headers["content-type"]?.startsWith("text/html");
    if (isPage && body !== undefined && attempts > 1) {
      response.resume();
      forward(port, incoming, body, outgoing, answered, attempts - 1);
      return;
    }
    const isKnown = answered(response.statusCode, response.headers["content-type"]);
    // moto answers 500 to a call that it does not know, which every SDK repeats many times.
    outgoing.writeHead(isKnown ? (response.statusCode ?? 502) : 501, response.headers);
    response.pipe(outgoing);
  });
  upstream.on("error", () => outgoing.destroy());
  if (body === undefined) incoming.pipe(upstream);
  else upstream.end(body);
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
