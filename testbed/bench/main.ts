import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { takeNoWords } from "../../scripts/support/words";
import { selecting } from "../selecting";
import { benchHealth } from "./health";
import { benchManySecrets } from "./many-secrets";
import { benchReader } from "./reader";
import { benchRotation } from "./rotation";

const ROOT = join(__dirname, "..", "..");
const RUNS = 9;

const EMPTY_APP = `
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { VaultProvider } from "@cdktf/provider-vault/lib/provider";
import { App, TerraformStack } from "cdktf";

export function main() {
  const app = new App();
  for (const name of ["one", "two", "three"]) {
    const stack = new TerraformStack(app, name);
    new AwsProvider(stack, "aws", { region: "ap-northeast-2" });
    new VaultProvider(stack, "vault", { address: "https://vault.example.com" });
  }
  app.synth();
}
`;

interface Command {
  readonly name: string;
  readonly program: string;
  readonly args: string[];
  readonly directory: string;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  try {
    const synth = {
      name: "synth of dev, as cdktf.json runs it",
      program: "node",
      args: ["scripts/app.mjs"],
      directory: ROOT,
    };
    const tsNode = {
      name: "npx ts-node main.ts",
      program: "npx",
      args: ["--yes", "--package", "ts-node@10.9.2", "ts-node", "main.ts"],
      directory: ROOT,
    };
    const empty = {
      ...synth,
      name: "empty app, both providers, run the same way",
      directory: emptyApp(folder),
    };
    const [ours = 0, theirs = 0, bare = 0] = medians([synth, tsNode, empty], folder);
    print(synth.name, `${ours.toFixed(0)} ms`);
    print(tsNode.name, `${theirs.toFixed(0)} ms, ratio ${(ours / theirs).toFixed(2)}`);
    print(empty.name, `${bare.toFixed(0)} ms, ratio ${(ours / bare).toFixed(2)}`);
    benchManySecrets(folder, print);
    for (const bundle of ["rotation", "samples/orders"]) {
      print(
        `${bundle}.zip`,
        `${(statSync(join(ROOT, "dist", "lambda", `${bundle}.zip`)).size / 1000).toFixed(0)} kB`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  await benchReader(print);
  await benchRotation(print);
  await benchHealth(print);
}

/** An app without resources beside the same scripts, so that the difference is what the project adds. */
function emptyApp(folder: string): string {
  const directory = join(folder, "empty");
  mkdirSync(join(directory, "scripts"), { recursive: true });
  for (const part of ["scripts/app.mjs", "scripts/build", "scripts/load-app.mjs", "tsconfig.json"])
    cpSync(join(ROOT, part), join(directory, part), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(directory, "node_modules"));
  writeFileSync(join(directory, "main.ts"), EMPTY_APP);
  return directory;
}

/** Median wall time of each command in milliseconds. They take turns, so that a busy machine is busy for all. */
function medians(commands: Command[], folder: string): number[] {
  const times = commands.map((): number[] => []);
  for (let run = 0; run <= RUNS; run++) {
    commands.forEach(({ program, args, directory }, index) => {
      const started = performance.now();
      execFileSync(program, args, {
        cwd: directory,
        stdio: ["ignore", "ignore", "inherit"],
        env: { ...process.env, ...selecting("dev"), CDKTF_OUTDIR: join(folder, `out-${index}`) },
      });
      // The first run fills caches.
      if (run > 0) times[index]?.push(performance.now() - started);
    });
  }
  return times.map((values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0);
}

function print(name: string, figure: string): void {
  console.log(`${name.padEnd(48)} ${figure}`);
}

takeNoWords("bench");
void main();
