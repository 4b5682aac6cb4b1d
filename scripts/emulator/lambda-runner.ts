import { randomUUID } from "node:crypto";
import { createWriteStream, existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { endProcess, startProcess } from "../support/processes";
import { type FunctionConfiguration, readConfiguration, unpackCode } from "./function-code";

export interface LambdaRunnerOptions {
  /** The emulator's endpoint, in the functions' place of the VPC endpoint of Secrets Manager. */
  readonly endpoint: string;
  readonly region: string;
  /** The folder with the synthesized stacks, where the deployed zips are. */
  readonly assets: string;
  /** Where the functions are unpacked and their logs go. */
  readonly directory: string;
  /** The names that the VPC's DNS resolves, all to this machine. */
  readonly hosts: readonly string[];
}

export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
}

export interface Invocation {
  readonly durationMs: number;
  readonly log: string;
  readonly result?: unknown;
  readonly error?: FunctionError;
}

type Answer = Pick<Invocation, "result" | "error">;

const HOST = join(__dirname, "lambda-host.cjs");

/** Plays Lambda: runs deployed functions from their deployed code and configuration, each call in a fresh process. */
export class LambdaRunner {
  readonly #options: LambdaRunnerOptions;
  #invocations = 0;

  constructor(options: LambdaRunnerOptions) {
    this.#options = options;
  }

  /** `name` is the function's name or ARN. An error of the function is an answer; an error of the runner is thrown. */
  async invoke(name: string, event: unknown): Promise<Invocation> {
    const { endpoint, region, directory } = this.#options;
    const configuration = await readConfiguration(endpoint, region, name);
    const code = await this.#code(configuration);
    this.#invocations += 1;
    const number = String(this.#invocations).padStart(3, "0");
    const log = join(directory, `${configuration.FunctionName}.${number}.log`);
    const started = performance.now();
    const answer = await this.#run(configuration, code, event, log);
    return { ...answer, durationMs: performance.now() - started, log };
  }

  async #code({ FunctionName: name, CodeSha256: sha256 }: FunctionConfiguration): Promise<string> {
    const { assets, directory } = this.#options;
    const code = join(directory, `${name}-${Buffer.from(sha256, "base64").toString("hex").slice(0, 12)}`);
    if (existsSync(code)) return code;
    const unfinished = `${code}.${randomUUID()}`;
    await mkdir(unfinished, { recursive: true });
    await unpackCode(assets, sha256, unfinished);
    // Two first calls at the same time unpack the same code; one of them gets the name.
    await rename(unfinished, code).catch(() => rm(unfinished, { recursive: true }));
    return code;
  }

  async #run(
    configuration: FunctionConfiguration,
    directory: string,
    event: unknown,
    log: string,
  ): Promise<Answer> {
    const { FunctionName, FunctionArn, Handler, MemorySize, Timeout } = configuration;
    const child = startProcess(process.execPath, [`--max-old-space-size=${MemorySize}`, HOST], {
      cwd: directory,
      env: this.#environment(configuration),
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    const file = createWriteStream(log);
    child.stdout?.pipe(file, { end: false });
    child.stderr?.pipe(file, { end: false });
    const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Answer>((resolve, reject) => {
        const fail = (errorType: string, errorMessage: string) =>
          resolve({ error: { errorType, errorMessage } });
        timer = setTimeout(
          () => fail("Sandbox.Timedout", `Task timed out after ${Timeout.toFixed(2)} seconds`),
          Timeout * 1000,
        );
        child.once("error", reject);
        child.once("message", (answer) => resolve(answer as Answer));
        child.once("close", (code) => fail("Runtime.ExitError", `Runtime exited with exit status ${code}`));
        const awsRequestId = randomUUID();
        const context = { awsRequestId, functionName: FunctionName, invokedFunctionArn: FunctionArn };
        const timeoutMs = Timeout * 1000;
        child.send({ directory, handler: Handler, hosts: this.#options.hosts, event, context, timeoutMs });
      });
    } finally {
      clearTimeout(timer);
      await endProcess(child, 1_000);
      await closed;
      await new Promise<void>((resolve) => file.end(resolve));
    }
  }

  /** Exactly what Lambda gives a function: its own variables and the reserved ones. Nothing of this process. */
  #environment(configuration: FunctionConfiguration): NodeJS.ProcessEnv {
    const { FunctionName, Environment, MemorySize } = configuration;
    return {
      ...Environment?.Variables,
      AWS_REGION: this.#options.region,
      AWS_LAMBDA_FUNCTION_NAME: FunctionName,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MemorySize),
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_ENDPOINT_URL_SECRETS_MANAGER: this.#options.endpoint,
    };
  }
}
