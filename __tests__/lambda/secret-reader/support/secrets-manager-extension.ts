import { type Answer, LoopbackServer, type Seen } from "../../support/loopback-server";

const TOKEN = "session-token-of-the-role";

type Staged = { readonly value: string; readonly version: string };

/** The AWS Parameters and Secrets Lambda Extension, with its cache turned off as the construct has it. */
export class SecretsManagerExtension {
  private readonly secrets = new Map<string, Staged>();
  private told: Answer | undefined;

  private constructor(private readonly server: LoopbackServer) {}

  static async start(): Promise<SecretsManagerExtension> {
    const server = await LoopbackServer.start((request) => extension.answer(request));
    const extension = new SecretsManagerExtension(server);
    return extension;
  }

  get seen(): readonly Seen[] {
    return this.server.seen;
  }

  get environment(): Record<string, string> {
    return {
      SECRET_SOURCES: "secrets-manager-extension",
      SECRET_PREFIX: "secrets-dev/",
      AWS_SESSION_TOKEN: TOKEN,
      PARAMETERS_SECRETS_EXTENSION_HTTP_PORT: String(this.server.port),
    };
  }

  /** @param stage for example `AWSCURRENT`. */
  put(secretId: string, stage: string, staged: Staged): void {
    this.secrets.set(`${secretId} ${stage}`, staged);
  }

  /** From now on every request gets this. */
  tell(answer: Answer): void {
    this.told = answer;
  }

  reset(): void {
    this.server.seen.length = 0;
    this.secrets.clear();
    this.told = undefined;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  private answer({ url, headers }: Seen): Answer {
    if (this.told) return this.told;
    if (headers["x-aws-parameters-secrets-token"] !== TOKEN) return { status: 401, body: "unauthorized" };
    const { pathname, searchParams } = new URL(url, "http://extension");
    const stage = searchParams.get("versionStage") ?? "AWSCURRENT";
    const secret = this.secrets.get(`${searchParams.get("secretId")} ${stage}`);
    if (pathname !== "/secretsmanager/get" || !secret) return awsError("ResourceNotFoundException");
    return {
      status: 200,
      body: JSON.stringify({ SecretString: secret.value, VersionId: secret.version, VersionStages: [stage] }),
    };
  }
}

/** An error of Secrets Manager, as the extension hands it on. */
export function awsError(name: string): Answer {
  return {
    status: 400,
    type: "text/plain",
    body: `operation error Secrets Manager: GetSecretValue, https response error StatusCode: 400, RequestID: 7fd6, ${name}: as told`,
  };
}

/** What it says in the INIT phase. */
export const NOT_READY: Answer = {
  status: 400,
  type: "text/plain",
  body: "not ready to serve traffic, please wait",
};
