import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export type Answer =
  | { readonly value: string; readonly version?: string }
  | { readonly status: number; readonly error: string }
  | { readonly silent: true };

/** A loopback Secrets Manager that answers GetSecretValue as it is told, one answer after the other. */
export class SecretsManagerServer {
  readonly requested: string[] = [];
  private answers: Answer[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<SecretsManagerServer> {
    const server = createServer();
    const started = new SecretsManagerServer(server);
    server.on("request", (request, response) => {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        started.requested.push(JSON.parse(body).SecretId);
        const answer = started.answers.length > 1 ? started.answers.shift() : started.answers[0];
        if (!answer || "silent" in answer) return;
        response.setHeader("content-type", "application/x-amz-json-1.1");
        if ("error" in answer) {
          response.statusCode = answer.status;
          response.end(JSON.stringify({ __type: answer.error, message: "as told" }));
        } else
          response.end(JSON.stringify({ SecretString: answer.value, VersionId: answer.version ?? "v1" }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return started;
  }

  /** What the SDK reads to find its way here. */
  get environment(): Record<string, string> {
    const { port } = this.server.address() as AddressInfo;
    return {
      AWS_REGION: "ap-northeast-2",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${port}`,
    };
  }

  /** The last answer is repeated. */
  answer(...answers: Answer[]): void {
    this.requested.length = 0;
    this.answers = answers;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
