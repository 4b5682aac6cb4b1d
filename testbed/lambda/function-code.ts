import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { unzipSync } from "fflate";
import { unsignedHeaders } from "../aws/aws-protocol";

/** A deployed function, as the Lambda API describes it. */
export interface FunctionConfiguration {
  readonly FunctionName: string;
  readonly FunctionArn: string;
  /** The ARN of its execution role. */
  readonly Role: string;
  readonly CodeSha256: string;
  readonly Handler: string;
  readonly Runtime: string;
  readonly Timeout: number;
  readonly MemorySize: number;
  readonly Layers?: readonly { readonly Arn: string }[];
  readonly VpcConfig?: { readonly SubnetIds?: readonly string[] };
  readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> };
}

/** `name` is the function's name or ARN. */
export async function readConfiguration(
  endpoint: string,
  region: string,
  name: string,
): Promise<FunctionConfiguration> {
  const url = `${endpoint}/2015-03-31/functions/${encodeURIComponent(name)}`;
  const response = await fetch(url, { headers: unsignedHeaders(region, "lambda") });
  if (!response.ok) throw new Error(`the function ${name} is not deployed (HTTP ${response.status})`);
  return ((await response.json()) as { Configuration: FunctionConfiguration }).Configuration;
}

/** Unpacks the zip under `assets` that was deployed, by its hash: what runs is what Terraform uploaded. */
export async function unpackCode(assets: string, sha256: string, directory: string): Promise<void> {
  for (const zip of await zipsUnder(assets)) {
    const content = await readFile(zip);
    if (createHash("sha256").update(content).digest("base64") !== sha256) continue;
    for (const [name, bytes] of Object.entries(unzipSync(content))) {
      const path = resolve(directory, name);
      if (!path.startsWith(resolve(directory) + sep))
        throw new Error(`${zip} has an entry outside itself: ${name}`);
      if (name.endsWith("/")) continue;
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes);
    }
    return;
  }
  throw new Error(`no zip under ${assets} has the SHA-256 of the deployed function, ${sha256}`);
}

async function zipsUnder(directory: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory() && entry.name !== ".terraform") found.push(...(await zipsUnder(path)));
    else if (entry.isFile() && entry.name.endsWith(".zip")) found.push(path);
  }
  return found;
}
