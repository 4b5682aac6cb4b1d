import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { build, type Metafile } from "esbuild";

const ROOT = join(__dirname, "..", "..");
const READS = 10_000;
const CONCURRENT = 50;

type Reader = typeof import("../../lambda/secret-reader");

/** The secret reader as a function's bundle has it, alone and without the AWS SDK. */
export async function bundleReader(): Promise<{ code: string; inputs: Metafile["inputs"] }> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ["lambda/secret-reader/index.ts"],
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    legalComments: "none",
    external: ["@aws-sdk/*"],
    write: false,
    metafile: true,
  });
  return { code: outputFiles[0]?.text ?? "", inputs: metafile.inputs };
}

/** The exports of a bundle: what a new execution environment has. */
export function load(code: string, requireModule: (name: string) => unknown): Reader {
  const module = { exports: {} };
  new Function("module", "require", code)(module, requireModule);
  return module.exports as Reader;
}

/** The figures of the reader: its minified bundle against a proxy of Vault on loopback. */
export async function benchReader(print: (name: string, figure: string) => void): Promise<void> {
  const { code } = await bundleReader();
  print("secret reader alone, minified, without the SDK", `${(code.length / 1000).toFixed(1)} kB`);

  let calls = 0;
  const proxy = createServer((_, response) => {
    calls++;
    response.end('{"data":{"data":{"password":"bench"},"metadata":{"version":1}}}');
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  Object.assign(process.env, {
    SECRET_SOURCES: "vault-proxy",
    SECRET_VAULT_PATH: "kv/data/bench/",
    VAULT_ADDR: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
  });
  const { readSecret } = load(code, require);

  for (let read = 0; read < READS; read += CONCURRENT) {
    await Promise.all(Array.from({ length: CONCURRENT }, () => readSecret("orders")));
  }
  print(`backend calls for ${READS} reads, ${CONCURRENT} at once`, `${calls}`);

  const microseconds: number[] = [];
  for (let read = 0; read < READS; read++) {
    const started = performance.now();
    await readSecret("orders");
    microseconds.push((performance.now() - started) * 1_000);
  }
  microseconds.sort((a, b) => a - b);
  print("warm readSecret, p50", `${(microseconds[READS / 2] ?? 0).toFixed(1)} µs`);
  await new Promise((resolve) => proxy.close(resolve));
}
