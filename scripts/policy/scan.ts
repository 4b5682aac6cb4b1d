import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { App } from "cdktf";
import type { Environment } from "../../constructs/environment";
import { CiStack } from "../../constructs/stacks/ci-stack";
import { BACKENDS, prodWith, shippedEnvironments, synthesizeTo } from "../support/shipped-environments";
import { checkov } from "./checkov";
import type { Scanned, ScanResult } from "./findings";

/** Scans what is synthesized of each shipped environment, and of `prod` under each backend, with a pipeline's roles. */
export async function scanEnvironments(onInstall?: () => void): Promise<ScanResult> {
  const shipped = shippedEnvironments().filter(({ name }) => name !== "prod");
  const folder = await mkdtemp(join(tmpdir(), "policy-"));
  try {
    const prods = BACKENDS.map(prodWith);
    const scanned = [
      ...[...shipped, ...prods].flatMap((environment, index) =>
        synthesized(join(folder, String(index)), environment),
      ),
      ...prods.map((environment, index) => roles(join(folder, `roles-${index}`), environment)),
    ];
    return await checkov("terraform_json", scanned, onInstall);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function synthesized(outdir: string, environment: Environment): readonly Scanned[] {
  return synthesizeTo(outdir, environment).map((folder) => scannedIn(folder, environment));
}

/** The stack of an environment's pipeline: no shipped environment has `ci`. */
function roles(outdir: string, environment: Environment): Scanned {
  const app = new App({ outdir, stackTraces: false });
  const ci = { repository: "example/secrets", identityProvider: "created", vaultTunnel: true } as const;
  const stack = new CiStack(app, `${environment.name}-ci`, {
    platform: { environment: { ...environment, ci } },
  });
  app.synth();
  return scannedIn(join(outdir, "stacks", stack.node.id), environment);
}

function scannedIn(folder: string, { name }: Environment): Scanned {
  return {
    file: join(folder, "cdk.tf.json"),
    environment: name,
    stack: basename(folder).slice(name.length + 1),
  };
}
