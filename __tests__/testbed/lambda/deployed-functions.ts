import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { unsignedHeaders } from "../../../testbed/aws/aws-protocol";
import { LambdaRunner, type LambdaRunnerOptions } from "../../../testbed/lambda/lambda-runner";

import { createRole } from "../aws/iam-roles";

const REGION = "ap-northeast-2";

export interface FunctionSettings {
  /** By their paths in the zip, or the zip itself. */
  readonly files: Readonly<Record<string, string>> | Uint8Array;
  readonly handler: string;
  readonly runtime?: string;
  readonly timeoutSeconds?: number;
  readonly memoryMegabytes?: number;
  readonly variables?: Readonly<Record<string, string>>;
  readonly layers?: readonly string[];
}

/** Functions deployed to an emulator through its Lambda API, and a runner for them. */
export class DeployedFunctions {
  static readonly roleArn = "arn:aws:iam::123456789012:role/functions";
  readonly #endpoint: string;
  readonly #directory: string;
  readonly #assets: string;

  private constructor(endpoint: string, directory: string) {
    this.#endpoint = endpoint;
    this.#directory = mkdtempSync(join(directory, "functions-"));
    // Not where the runner unpacks: it looks through this folder while other functions come and go there.
    this.#assets = join(this.#directory, "assets");
    mkdirSync(this.#assets);
  }

  static async on(endpoint: string, directory: string): Promise<DeployedFunctions> {
    const [, name = ""] = DeployedFunctions.roleArn.split("/");
    await createRole(endpoint, name);
    return new DeployedFunctions(endpoint, directory);
  }

  async deploy(name: string, settings: FunctionSettings): Promise<void> {
    const {
      files,
      handler,
      runtime = "nodejs22.x",
      timeoutSeconds = 10,
      memoryMegabytes = 128,
      variables = {},
      layers = [],
    } = settings;
    const zip = Buffer.from(files instanceof Uint8Array ? files : zipOf(files));
    writeFileSync(join(this.#assets, `${name}.zip`), zip);
    const response = await fetch(`${this.#endpoint}/2015-03-31/functions`, {
      method: "POST",
      headers: { ...unsignedHeaders(REGION, "lambda"), "content-type": "application/json" },
      body: JSON.stringify({
        FunctionName: name,
        Runtime: runtime,
        Role: DeployedFunctions.roleArn,
        Handler: handler,
        Timeout: timeoutSeconds,
        MemorySize: memoryMegabytes,
        Environment: { Variables: variables },
        Layers: layers,
        Code: { ZipFile: zip.toString("base64") },
      }),
    });
    if (!response.ok) throw new Error(`${name} was not deployed: ${await response.text()}`);
  }

  runner(options: Partial<LambdaRunnerOptions> = {}): LambdaRunner {
    return new LambdaRunner({
      endpoint: this.#endpoint,
      region: REGION,
      assets: this.#assets,
      directory: this.#directory,
      hosts: ["database.example"],
      ...options,
    });
  }
}

function zipOf(files: Readonly<Record<string, string>>): Uint8Array {
  const entries = Object.entries(files).map(([path, source]) => [path, strToU8(source)]);
  return zipSync(Object.fromEntries(entries), { mtime: "2026-01-01" });
}
