import { zipSync } from "fflate";
import { unsignedHeaders } from "../aws/aws-protocol";

export interface LayerVersion {
  readonly name: string;
  readonly version: number;
}

/** An ARN without a version is refused: Lambda takes layer versions only. */
export function parseLayerArn(arn: string): LayerVersion {
  const [, name, version] = /^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:layer:([\w-]+):(\d+)$/.exec(arn) ?? [];
  if (name === undefined)
    throw new Error(
      "a layer must be named by the ARN of a version, " +
        `arn:aws:lambda:<region>:<account>:layer:<name>:<version>, not ${JSON.stringify(arn)}`,
    );
  return { name, version: Number(version) };
}

/**
 * Makes functions with these layers deployable. moto knows only layers that were published to it, finds them by name
 * and version whatever account the ARN has, and numbers versions itself: so empty ones are published up to the wanted.
 */
export async function seedLayers(endpoint: string, region: string, arns: readonly string[]): Promise<void> {
  const wanted = new Map<string, number>();
  for (const { name, version } of arns.map(parseLayerArn))
    wanted.set(name, Math.max(version, wanted.get(name) ?? 0));
  for (const [name, version] of wanted) {
    for (let last = await lastVersion(endpoint, region, name); last < version; ) {
      last = await publish(endpoint, region, name);
    }
  }
}

async function lastVersion(endpoint: string, region: string, name: string): Promise<number> {
  const { LayerVersions: versions } = (await call(endpoint, region, name)) as {
    LayerVersions: { Version: number }[];
  };
  return Math.max(0, ...versions.map(({ Version }) => Version));
}

async function publish(endpoint: string, region: string, name: string): Promise<number> {
  const ZipFile = Buffer.from(zipSync({})).toString("base64");
  return ((await call(endpoint, region, name, { Content: { ZipFile } })) as { Version: number }).Version;
}

async function call(endpoint: string, region: string, name: string, body?: object): Promise<unknown> {
  const response = await fetch(`${endpoint}/2018-10-31/layers/${name}/versions`, {
    headers: { ...unsignedHeaders(region, "lambda"), "content-type": "application/json" },
    ...(body && { method: "POST", body: JSON.stringify(body) }),
  });
  if (!response.ok)
    throw new Error(
      `the emulator refused the layer ${name}: HTTP ${response.status} ${await response.text()}`,
    );
  return await response.json();
}
