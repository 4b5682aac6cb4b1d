import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { healthVariables } from "../../../../lambda/credential-health/contract/variables";
import { type AwsEmulator, startAwsEmulator } from "../../../../testbed/aws/aws-emulator";
import { callJson, type Json, unsignedHeaders } from "../../../../testbed/aws/aws-protocol";
import type { LambdaRunner } from "../../../../testbed/lambda/lambda-runner";
import type { NodeRuntime } from "../../../../testbed/node/releases";
import { metricsIn } from "../../../../testbed/operations/embedded-metrics";
import { projectRoot } from "../../../support/shipped";
import { DeployedFunctions } from "../../../testbed/lambda/deployed-functions";
import { bringUpToDate } from "./unpacked";

const PREFIX = "app/";
const REGION = "ap-northeast-2";

export interface Unhealthy {
  readonly secret: string;
  readonly check: string;
  readonly message: string;
}

/** The health function from its zip, and secrets of its database in an emulator. */
export class HealthDeployment {
  readonly #headers = unsignedHeaders(REGION, "secretsmanager");

  static async start(
    nodes: Readonly<Record<NodeRuntime, string>>,
    database: { readonly engine: string; readonly certificateAuthority: string },
  ): Promise<HealthDeployment> {
    bringUpToDate();
    const directory = await mkdtemp(join(tmpdir(), "health-"));
    const emulator = await startAwsEmulator({ directory });
    const functions = await DeployedFunctions.on(emulator.endpoint, directory);
    const runner = functions.runner({ nodes, hosts: ["localhost"] });
    return new HealthDeployment(emulator, functions, runner, directory, database);
  }

  private constructor(
    readonly emulator: AwsEmulator,
    private readonly functions: DeployedFunctions,
    private readonly runner: LambdaRunner,
    private readonly directory: string,
    private readonly database: { readonly engine: string; readonly certificateAuthority: string },
  ) {}

  async stop(): Promise<void> {
    await this.emulator.stop();
    await rm(this.directory, { recursive: true });
  }

  /** A secret that is rotated every week, as Terraform makes it. */
  async createSecret(name: string, value: object | string | Uint8Array, user?: string): Promise<string> {
    const { ARN: arn } = await this.call<{ ARN: string }>("CreateSecret", {
      Name: PREFIX + name,
      ...(value instanceof Uint8Array
        ? { SecretBinary: Buffer.from(value).toString("base64") }
        : { SecretString: typeof value === "string" ? value : JSON.stringify(value) }),
      Tags: user === undefined ? [] : [{ Key: "rotation:user", Value: user }],
    });
    await this.call("RotateSecret", {
      SecretId: arn,
      RotationLambdaARN: `arn:aws:lambda:${REGION}:123456789012:function:rotation`,
      RotationRules: { AutomaticallyAfterDays: 7 },
      RotateImmediately: false,
    });
    return arn;
  }

  async call<T = Json>(operation: string, input: object): Promise<T> {
    return await callJson<T>(this.emulator.endpoint, this.#headers, operation, input);
  }

  /** Has what `work` does have happened some days ago. */
  async daysAgo(days: number, work: () => Promise<unknown>): Promise<void> {
    const { secretsManager } = this.emulator;
    secretsManager.now = () => Date.now() - days * 86_400_000;
    await work();
    secretsManager.now = Date.now;
  }

  /** A rotation that stopped at its first step. */
  async beginRotation(arn: string): Promise<void> {
    await this.emulator.secretsManager.beginRotation(arn, randomUUID(), this.#headers);
  }

  async check(
    secrets: readonly string[],
    {
      runtime = "nodejs24.x",
      variables = {},
      timeoutSeconds = 60,
      deployed = secrets,
    }: {
      runtime?: NodeRuntime;
      variables?: object;
      timeoutSeconds?: number;
      /** All secrets of the database. */
      deployed?: readonly string[];
    } = {},
  ) {
    const name = `health-${randomUUID()}`;
    await this.functions.deploy(name, {
      files: readFileSync(join(projectRoot, "dist", "lambda", "credential-health.zip")),
      handler: "index.handler",
      runtime,
      timeoutSeconds,
      memoryMegabytes: 512,
      variables: {
        ...healthVariables({
          environment: "app",
          database: "main",
          host: "localhost",
          engine: this.database.engine,
          certificateAuthority: this.database.certificateAuthority,
          secrets: deployed,
        }),
        SECRET_SOURCES: "secrets-manager",
        SECRET_PREFIX: PREFIX,
        ...variables,
      },
    });
    const { result, error, log, durationMs } = await this.runner.invoke(name, { secrets });
    const text = readFileSync(log, "utf8");
    const lines = text.split("\n").flatMap((line) => (line.startsWith('{"level"') ? [JSON.parse(line)] : []));
    const unhealthy = lines.filter(({ outcome }) => outcome === "unhealthy") as Unhealthy[];
    return { result, error, text, unhealthy, metrics: metricsIn(text), durationMs };
  }
}
