import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Environment } from "../../constructs/environment";
import { BACKENDS, prodWith, shippedEnvironments, synthesizeTo } from "../support/shipped-environments";
import { checkov } from "./checkov";
import type { Scanned, ScanResult } from "./findings";

/** Scans what is synthesized of each shipped environment, and of `prod` under each backend. */
export async function scanEnvironments(onInstall?: () => void): Promise<ScanResult> {
  const shipped = shippedEnvironments().filter(({ name }) => name !== "prod");
  const folder = await mkdtemp(join(tmpdir(), "policy-"));
  try {
    const scanned = [...shipped, ...BACKENDS.map(prodWith)].flatMap((environment, index) =>
      synthesized(join(folder, String(index)), environment),
    );
    return await checkov("terraform_json", scanned, onInstall);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Scans plans, as `terraform show -json` writes them; only there, references have become values. */
export async function scanPlans(plans: readonly Scanned[]): Promise<ScanResult> {
  return await checkov("terraform_plan", plans);
}

function synthesized(outdir: string, environment: Environment): readonly Scanned[] {
  return synthesizeTo(outdir, environment).map((folder) => ({
    file: join(folder, "cdk.tf.json"),
    environment: environment.name,
    stack: basename(folder).slice(environment.name.length + 1),
  }));
}
