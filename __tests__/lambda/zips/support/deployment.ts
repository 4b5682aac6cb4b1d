import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadEnvironment } from "../../../../constructs/environment";
import type { AwsEmulator } from "../../../../testbed/aws/aws-emulator";
import { callJson, unsignedHeaders } from "../../../../testbed/aws/aws-protocol";
import { type Rotated, RotationScheduler } from "../../../../testbed/aws/rotation-scheduler";
import type { FunctionProcess } from "../../../../testbed/lambda/function-process";
import type { LambdaRunner } from "../../../../testbed/lambda/lambda-runner";
import { MotoSecrets } from "../../../../testbed/local/native-store";
import type { SecretVersion } from "../../../../testbed/local/secret-store";
import { NODE_RUNTIMES, type NodeRuntime } from "../../../../testbed/node/releases";
import { changed, environmentFolder } from "../../../support/environment-files";
import {
  type SynthesizedEnvironment,
  shippedSettings,
  synthesizeEnvironment,
} from "../../../support/shipped";
import { type Attributes, jsonencoded } from "../../../support/template";
import type { DeployedFunctions } from "../../../testbed/lambda/deployed-functions";
import { KeptFunctions } from "./kept-functions";
import { bringUpToDate } from "./unpacked";

const ACCOUNT = "123456789012";
const REGION = "ap-northeast-2";

/** What the secrets' values and the functions' variables call the database, and its certificate is for. */
export const HOST = "orders.database.internal";

export const STRATEGIES = ["single-user", "alternating-users"] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** The database that an environment adopts. */
export interface AdoptedDatabase {
  /** What secrets call its engine. */
  readonly engineName: string;
  readonly port: number;
  readonly databaseName: string;
  readonly superuser: object;
  readonly certificatePem: string;
}

/** Where a process is killed. */
export interface Kill {
  readonly step: string;
  readonly afterMs: number;
}

interface Deployed {
  readonly emulator: AwsEmulator;
  readonly functions: DeployedFunctions;
  readonly runner: LambdaRunner;
  readonly environment: SynthesizedEnvironment;
  readonly engineName: string;
}

/**
 * What the environment `adopt` deploys onto a database: each function from the zip in dist/, with the variables, time
 * limit and memory that its construct sets, on each Node of Lambda; and secrets with the value and tags of Terraform's.
 */
export class Deployment {
  readonly #scheduler: RotationScheduler;
  readonly #headers = unsignedHeaders(REGION, "secretsmanager");
  readonly #secrets: MotoSecrets;
  readonly #functions: KeptFunctions;
  #turn = 0;
  #kill: Kill | undefined;
  readonly #arns: string[] = [];
  /** Several deployments share an emulator. */
  readonly #id = randomUUID().slice(0, 8);

  static async start(
    { emulator, functions }: { readonly emulator: AwsEmulator; readonly functions: DeployedFunctions },
    nodes: Readonly<Record<NodeRuntime, string>>,
    database: AdoptedDatabase,
  ): Promise<Deployment> {
    bringUpToDate();
    const { ARN } = await callJson<{ ARN: string }>(
      emulator.endpoint,
      unsignedHeaders(REGION, "secretsmanager"),
      "CreateSecret",
      { Name: `superuser-${randomUUID()}`, SecretString: JSON.stringify(database.superuser) },
    );
    const environment = synthesize(database, ARN);
    const runner = functions.runner({ hosts: [HOST], nodes });
    const { engineName } = database;
    const deployment = new Deployment({ emulator, functions, runner, environment, engineName });
    for (const runtime of NODE_RUNTIMES)
      await deployment.#deploy(deployment.#rotationOn(runtime), ["native", "main-rotation"], runtime);
    return deployment;
  }

  private constructor(private readonly deployed: Deployed) {
    this.#scheduler = new RotationScheduler(deployed.emulator.secretsManager, this, REGION);
    this.#functions = new KeptFunctions(deployed.runner);
    this.#secrets = new MotoSecrets(deployed.emulator.motoEndpoint, REGION);
  }

  /** Deploys the function `<prefix>-<name>` of a stack with a runtime. */
  async #deploy(
    deployed: string,
    [stack, name]: readonly [stack: string, name: string],
    runtime: string,
    variables: Record<string, string> = {},
  ): Promise<void> {
    const { environment, functions } = this.deployed;
    const resource = environment
      .stack(stack)
      .resource("aws_lambda_function", { function_name: `secrets-adopt-${name}` });
    const folder = join(environment.directory, "stacks", `adopt-${stack}`);
    await functions.deploy(deployed, {
      files: readFileSync(join(folder, resource.filename)),
      handler: resource.handler,
      runtime,
      timeoutSeconds: resource.timeout,
      memoryMegabytes: resource.memory_size,
      variables: { ...resource.environment.variables, ...variables },
    });
  }

  /** A secret for a user of its own, as Terraform makes it: without a password. */
  async createSecret(strategy: Strategy): Promise<string> {
    const native = this.deployed.environment.stack("native");
    const secret = native
      .resources("aws_secretsmanager_secret")
      .find(({ tags }) => tags["rotation:strategy"] === strategy) as Attributes;
    const [version] = native.resources("aws_secretsmanager_secret_version");
    const value = jsonencoded(version?.secret_string);
    const user = `user_${this.#arns.length}`;
    const { ARN: arn } = await this.#call<{ ARN: string }>("CreateSecret", {
      Name: `secrets-adopt/${user}-${this.#id}`,
      SecretString: JSON.stringify({ ...value, engine: this.deployed.engineName, username: user }),
      Tags: Object.entries({ ...secret.tags, "rotation:user": user }).map(([Key, Value]) => ({ Key, Value })),
    });
    this.#arns.push(arn);
    await this.#call("RotateSecret", {
      SecretId: arn,
      RotationLambdaARN: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:rotation`,
      RotationRules: { AutomaticallyAfterDays: 7 },
      RotateImmediately: false,
    });
    return arn;
  }

  /** The steps take turns on the runtimes, and each step has another one in the next rotation. */
  async rotate(secretArn: string, { token, kill }: { token?: string; kill?: Kill } = {}): Promise<Rotated> {
    this.#turn++;
    this.#kill = kill;
    try {
      return await this.#scheduler.rotate(secretArn, token);
    } finally {
      this.#kill = undefined;
    }
  }

  /** As Secrets Manager calls the rotation function. */
  async invoke(_: string, event: unknown) {
    const runtime = NODE_RUNTIMES[this.#turn++ % NODE_RUNTIMES.length] ?? NODE_RUNTIMES[0];
    const isKilled = this.#kill !== undefined && (event as { Step: string }).Step === this.#kill.step;
    return await this.#functions.invoke(
      this.#rotationOn(runtime),
      event,
      isKilled ? this.#kill?.afterMs : undefined,
    );
  }

  /** A process of the sample for the engine that reads a secret, for several invocations. */
  async startConsumer(secretArn: string, runtime: NodeRuntime): Promise<FunctionProcess> {
    const [, SECRET_NAME = ""] = /:secret:secrets-adopt\/(.+)-\w{6}$/.exec(secretArn) ?? [];
    await this.#deploy(SECRET_NAME, ["functions", "sample"], runtime, { SECRET_NAME });
    return (await this.deployed.runner.start(SECRET_NAME)).process;
  }

  async abandon(secretArn: string): Promise<void> {
    await this.#scheduler.abandon(secretArn);
  }

  /** The value with a label; none, if no version with a value has it. */
  async value(secretArn: string, label: string): Promise<Record<string, string> | undefined> {
    const found = await this.#call<{ SecretString: string }>("GetSecretValue", {
      SecretId: secretArn,
      VersionStage: label,
    }).catch((error) => {
      if (error.type !== "ResourceNotFoundException") throw error;
    });
    return found && JSON.parse(found.SecretString);
  }

  /** Every version that a secret, or any, ever had. */
  async versions(...arns: readonly string[]): Promise<readonly SecretVersion[]> {
    const asked = arns.length > 0 ? arns : this.#arns;
    return (await Promise.all(asked.map((arn) => this.#secrets.versions(arn)))).flat();
  }

  async stop(): Promise<void> {
    await this.#functions.stop();
  }

  #rotationOn(runtime: NodeRuntime): string {
    return `rotation-${runtime.replaceAll(".", "-")}-${this.#id}`;
  }

  async #call<T = Attributes>(operation: string, input: object): Promise<T> {
    return await callJson<T>(this.deployed.emulator.endpoint, this.#headers, operation, input);
  }
}

function synthesize(database: AdoptedDatabase, superuserSecretArn: string): SynthesizedEnvironment {
  const isPostgres = database.engineName.includes("postgres");
  const root = environmentFolder({
    "adopt.json": changed(shippedSettings("adopt"), {
      account: ACCOUNT,
      region: REGION,
      "databases.main.engine": isPostgres ? "aurora-postgresql" : "aurora-mysql",
      "databases.main.host": HOST,
      "databases.main.port": database.port,
      "databases.main.databaseName": database.databaseName,
      "databases.main.superuserSecretArn": superuserSecretArn,
      "databases.main.certificateAuthorityFile": "authority.pem",
      secrets: [
        { name: "orders", user: "orders", strategy: "single-user" },
        { name: "pair", user: "pair", strategy: "alternating-users" },
      ],
      functions: [
        {
          name: "sample",
          code: `lambda/samples/${isPostgres ? "orders" : "billing"}`,
          secrets: ["orders"],
          variables: { SECRET_NAME: "orders" },
        },
      ],
    }),
  });
  writeFileSync(join(root, "environments", "authority.pem"), database.certificatePem);
  return synthesizeEnvironment(loadEnvironment("adopt", { root, variables: {} }));
}
