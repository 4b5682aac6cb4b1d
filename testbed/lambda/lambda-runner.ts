import { randomUUID } from "node:crypto";
import { createWriteStream, existsSync, type WriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { assumeRole } from "../aws/role-credentials";
import { type Extension, withExtension } from "./extension-host";
import { type FunctionConfiguration, readConfiguration, unpackCode } from "./function-code";
import { type Answer, callFunction, type FunctionCall, FunctionProcess } from "./function-process";
import { parseLayerArn } from "./layers";

export type { FunctionError } from "./function-process";

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
  /** By a layer's name, the binary that runs here in the place of the extension that the layer holds. */
  readonly extensions?: Readonly<Record<string, string>>;
  /** What an extension has beside its function's variables, where the VPC's DNS would lead it to a server. */
  readonly extensionVariables?: Readonly<Record<string, string>>;
  /** By a runtime's name, the Node that it has. @default - the Node of this process */
  readonly nodes?: Readonly<Record<string, string>>;
}

export interface Invocation extends Answer {
  readonly durationMs: number;
  readonly log: string;
}

/** Plays Lambda: runs deployed functions from their deployed code and configuration, each call in a fresh process. */
export class LambdaRunner {
  readonly #options: LambdaRunnerOptions;
  #invocations = 0;

  constructor(options: LambdaRunnerOptions) {
    this.#options = options;
  }

  /**
   * `name` is the function's name or ARN. An error of the function is an answer; an error of the runner is thrown. The
   * process is killed `killAfterMs` after its handler began, if that is given.
   */
  async invoke(name: string, event: unknown, killAfterMs?: number): Promise<Invocation> {
    const configuration = await this.#configuration(name);
    const call = { ...(await this.#call(configuration)), event, killAfterMs };
    const extension = this.#extension(configuration);
    const { log, file } = this.#log(configuration);
    try {
      return { ...(await this.#run({ ...call, log: file }, extension)), log };
    } finally {
      await new Promise<void>((resolve) => file.end(resolve));
    }
  }

  /** Keeps the process of a function in JavaScript for several invocations, as Lambda does. Without its extensions. */
  async start(name: string): Promise<{ readonly process: FunctionProcess; readonly log: string }> {
    const configuration = await this.#configuration(name);
    const call = await this.#call(configuration);
    const { log, file } = this.#log(configuration);
    return { process: await FunctionProcess.start({ ...call, log: file }), log };
  }

  async #configuration(name: string): Promise<FunctionConfiguration> {
    const { endpoint, region } = this.#options;
    return await readConfiguration(endpoint, region, name);
  }

  async #call(configuration: FunctionConfiguration): Promise<Omit<FunctionCall, "event" | "log">> {
    return {
      configuration,
      directory: await this.#code(configuration),
      environment: await this.#environment(configuration),
      hosts: this.#options.hosts,
      requestId: randomUUID(),
      node: this.#options.nodes?.[configuration.Runtime],
    };
  }

  #log({ FunctionName }: FunctionConfiguration): { readonly log: string; readonly file: WriteStream } {
    this.#invocations += 1;
    const number = String(this.#invocations).padStart(3, "0");
    const log = join(this.#options.directory, `${FunctionName}.${number}.log`);
    return { log, file: createWriteStream(log) };
  }

  async #run(call: FunctionCall, extension: Extension | undefined): Promise<Omit<Invocation, "log">> {
    let started = performance.now();
    const run = (crashed: Promise<Answer>): Promise<Answer> => {
      started = performance.now();
      return callFunction(call, crashed);
    };
    const answer = await (extension ? withExtension(extension, call, run) : run(new Promise(() => {})));
    return { ...answer, durationMs: performance.now() - started };
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

  #extension({ FunctionName, Layers = [] }: FunctionConfiguration): Extension | undefined {
    const found = Layers.map(({ Arn: arn }): Extension => {
      const { name } = parseLayerArn(arn);
      const binary = this.#options.extensions?.[name];
      if (binary !== undefined) return { name, binary, variables: this.#options.extensionVariables };
      throw new Error(
        `the function ${FunctionName} has the layer ${arn}, and no binary is named to run in its place; ` +
          `for Vault's extension, name one in VAULT_LAMBDA_EXTENSION_BINARY`,
      );
    });
    if (found.length > 1)
      throw new Error(
        `the function ${FunctionName} has ${found.length} layers (${found.map(({ name }) => name).join(", ")}); ` +
          `one extension runs beside a function here`,
      );
    return found[0];
  }

  /** Exactly what Lambda gives a function: its own variables and the reserved ones. Nothing of this process. */
  async #environment(configuration: FunctionConfiguration): Promise<Record<string, string>> {
    const { FunctionName, Environment, MemorySize, Role, VpcConfig } = configuration;
    const { endpoint, region } = this.#options;
    return {
      ...Environment?.Variables,
      ...(await assumeRole(endpoint, region, Role, FunctionName)),
      AWS_REGION: region,
      AWS_LAMBDA_FUNCTION_NAME: FunctionName,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MemorySize),
      AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
      // Outside the VPC a function reaches every service.
      ...(!VpcConfig?.SubnetIds?.length && { AWS_ENDPOINT_URL: endpoint }),
    };
  }
}
