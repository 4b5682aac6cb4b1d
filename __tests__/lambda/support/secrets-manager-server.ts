import { type Answer as Answered, LoopbackServer } from "./loopback-server";

export type Answer =
  | { readonly value: string; readonly version?: string }
  | { readonly status: number; readonly error: string }
  | { readonly silent: true };

/** A loopback Secrets Manager that answers GetSecretValue as it is told, one answer after the other. */
export class SecretsManagerServer {
  private answers: Answer[] = [];

  private constructor(private readonly server: LoopbackServer) {}

  static async start(): Promise<SecretsManagerServer> {
    const started: SecretsManagerServer = new SecretsManagerServer(
      await LoopbackServer.start(() => started.next()),
    );
    return started;
  }

  /** Names of secrets. */
  get requested(): string[] {
    return this.server.seen.map(({ body }) => JSON.parse(body).SecretId);
  }

  /** What the SDK reads to find its way here. */
  get environment(): Record<string, string> {
    return {
      AWS_REGION: "ap-northeast-2",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${this.server.port}`,
    };
  }

  /** The last answer is repeated. */
  answer(...answers: Answer[]): void {
    this.server.seen.length = 0;
    this.answers = answers;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  private next(): Answered {
    const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
    if (!answer || "silent" in answer) return "silent";
    const [status, body] =
      "error" in answer
        ? [answer.status, { __type: answer.error, message: "as told" }]
        : [200, { SecretString: answer.value, VersionId: answer.version ?? "v1" }];
    return { status, body: JSON.stringify(body), type: "application/x-amz-json-1.1" };
  }
}
