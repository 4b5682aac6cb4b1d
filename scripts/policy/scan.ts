import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { loadEnvironment } from "../../constructs/environment";
import { SecretsPlatform } from "../../constructs/platform";
import { pythonEnvironment } from "../machine/python-environment";
import { run } from "../support/processes";
import { readReport, type ScanResult } from "./findings";

const ROOT = join(__dirname, "..", "..");

/** The shipped environments that together have everything that can be made. */
export const ENVIRONMENTS: readonly string[] = ["prod", "vault-server"];

/** As {@link scanEnvironment}, of all of them. */
export async function scanEnvironments(onInstall?: () => void): Promise<ScanResult> {
  const results: ScanResult[] = [];
  for (const name of ENVIRONMENTS) results.push(await scanEnvironment(name, onInstall));
  return {
    passed: results.reduce((sum, { passed }) => sum + passed, 0),
    findings: results.flatMap(({ findings }) => findings),
  };
}

/** Runs checkov on what an environment synthesizes to; `npm run build` has made the functions' zip files. */
async function scanEnvironment(name: string, onInstall?: () => void): Promise<ScanResult> {
  const python = await pythonEnvironment(join(__dirname, "requirements.txt"), onInstall);
  const folder = await mkdtemp(join(tmpdir(), "policy-"));
  try {
    const app = new App({ outdir: folder });
    new SecretsPlatform(app, "Secrets", {
      environment: loadEnvironment(name, { root: ROOT, variables: {} }),
    });
    app.synth();
    const { stdout } = await run(
      python,
      [
        "-m",
        "checkov.main",
        "--directory",
        join(folder, "stacks"),
        "--framework",
        "terraform_json",
        "--output",
        "json",
        "--quiet",
        "--compact",
        "--soft-fail",
      ],
      // checkov asks its vendor for more policies otherwise.
      {
        env: {
          ...process.env,
          BC_SKIP_MAPPING: "true",
          CHECKOV_RUN_SCA_PACKAGE_SCAN_V2: "false",
          LOG_LEVEL: "ERROR",
        },
      },
    );
    return readReport(stdout);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
