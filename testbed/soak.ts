// npm run soak: the tests that draw or kill, with large counts. Each prints the seed that repeats it.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { takeNoWords } from "../scripts/support/words";

const ROOT = join(__dirname, "..");

/**
 * All crash cases; drawn takeovers an engine; kills of the zip, over all servers at hand and strategies; crashes of the
 * server for each strategy; overtaken rotations; kills of nodes of a Vault server.
 */
const COUNTS = {
  CRASH_STRIDE: "1",
  TAKEOVER_CASES: "600",
  KILLS_IN_ALL: "200",
  CRASHES: "25",
  OVERTAKEN: "50",
  VAULT_KILLS: "50",
};

const TESTS = [
  "__tests__/lambda/rotation/takeover",
  "__tests__/lambda/rotation/crash",
  "__tests__/lambda/rotation/engines/postgresql/durability.test.ts",
  "__tests__/lambda/rotation/overtaken",
  "__tests__/lambda/zips",
  "__tests__/scripts/vault/server.test.ts",
];

takeNoWords("soak", `; variables with its counts: ${Object.keys(COUNTS).join(", ")}, BAD_DAYS`);
const { status } = spawnSync(
  process.execPath,
  // One after the other: kills at random moments are to meet a machine that is not busy with other tests.
  [join(ROOT, "node_modules", "jest", "bin", "jest.js"), "--runInBand", "--testTimeout=3600000", ...TESTS],
  { cwd: ROOT, stdio: "inherit", env: { ...COUNTS, ...process.env } },
);
// A deploy, rotations and a destroy where AWS is late, throttles, and shows old data; some twelve minutes each.
const badDays = Array.from({ length: Number(process.env.BAD_DAYS ?? 1) }, () =>
  spawnSync(
    process.execPath,
    [join(ROOT, "scripts", "run.mjs"), join(ROOT, "testbed", "local", "main.ts"), "--bad-day"],
    {
      cwd: ROOT,
      stdio: "inherit",
    },
  ),
);
process.exit([status, ...badDays.map((day) => day.status)].find((code) => code !== 0) ?? 0);
