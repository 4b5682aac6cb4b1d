import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { selecting } from "../selecting";

const ROOT = join(__dirname, "..", "..");
const SECRETS = 1_000;
const RUNS = 5;

/** Has a program write its peak memory in MB to its last stream when it ends. */
const PEAK = `process.on("exit", () => {
  require("node:fs").writeSync(3, String(process.resourceUsage().maxRSS * 1.024e-3));
});`;

/** A synth of `dev` with many secrets: the shortest time of some runs, and the most memory of any. */
export function benchManySecrets(folder: string, print: (name: string, figure: string) => void): void {
  const file = join(folder, "many.json");
  const dev = JSON.parse(readFileSync(join(ROOT, "environments", "dev.json"), "utf8"));
  const secrets = Array.from({ length: SECRETS }, (_, index) => ({
    ...dev.secrets[0],
    name: `orders-${index}`,
    user: `orders_${index}`,
    strategy: "single-user",
  }));
  writeFileSync(file, JSON.stringify({ ...dev, secrets, functions: [] }));
  const peak = join(folder, "peak.cjs");
  writeFileSync(peak, PEAK);
  const runs = Array.from({ length: RUNS }, () => {
    const started = performance.now();
    const { output, status } = spawnSync(process.execPath, ["--require", peak, "scripts/app.mjs"], {
      cwd: ROOT,
      env: { ...process.env, ...selecting(file), CDKTF_OUTDIR: join(folder, "many") },
      stdio: ["ignore", "ignore", "inherit", "pipe"],
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`a synth of ${SECRETS} secrets failed`);
    return { seconds: (performance.now() - started) / 1000, megabytes: Number(output[3]) };
  });
  const seconds = Math.min(...runs.map((run) => run.seconds));
  const megabytes = Math.max(...runs.map((run) => run.megabytes));
  print(
    `synth of ${SECRETS} secrets`,
    `${seconds.toFixed(2)} s at least, ${megabytes.toFixed(0)} MB at most`,
  );
}
