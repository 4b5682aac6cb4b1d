import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, utimesSync } from "node:fs";
import { join, relative } from "node:path";
import { copyOfProject } from "./docs/support/project-copy";

const ENVIRONMENTS = ["prod", "adopt", "vault"];

/** Builds and synthesizes as cdktf.json says, with the clock `daysAhead`. */
function synthesize(root: string, timeZone: string, daysAhead = 0): void {
  const clock = `data:text/javascript,${encodeURIComponent(
    `const Real = Date; const ahead = ${daysAhead} * 864e5;
     globalThis.Date = class extends Real {
       constructor(...args) { super(...(args.length > 0 ? args : [Real.now() + ahead])); }
       static now() { return Real.now() + ahead; }
     };`,
  )}`;
  for (const ENVIRONMENT of ENVIRONMENTS) {
    execFileSync(process.execPath, ["--import", clock, join("scripts", "app.mjs")], {
      cwd: root,
      env: { PATH: process.env.PATH, TZ: timeZone, ENVIRONMENT },
      stdio: "pipe",
    });
  }
}

/** Content of every synthesized file, by its path. */
function synthesizedFiles(root: string): Map<string, string> {
  const output = join(root, "cdktf.out");
  return new Map(
    readdirSync(output, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .map((file) => [relative(output, file), readFileSync(file).toString("base64")] as const)
      .sort(([a], [b]) => a.localeCompare(b)),
  );
}

test("two folders, time zones and times give the same bytes, assets included", () => {
  const here = copyOfProject("here-");
  const there = copyOfProject("there-of-another-length-");

  synthesize(here, "Asia/Seoul");
  execFileSync(process.execPath, [join("scripts", "build", "main.mjs")], {
    cwd: there,
    env: { PATH: process.env.PATH, TZ: "America/Los_Angeles" },
    stdio: "pipe",
  });
  for (const zip of ["rotation.zip", join("samples", "orders.zip")])
    utimesSync(join(there, "dist", "lambda", zip), 1e9, 1e9);
  synthesize(there, "America/Los_Angeles", 400);

  const [one, other] = [synthesizedFiles(here), synthesizedFiles(there)];
  expect([...one.keys()].filter((file) => file.endsWith(".zip"))).not.toEqual([]);
  expect([...other.keys()]).toEqual([...one.keys()]);
  for (const [file, content] of one) expect([file, other.get(file) === content]).toEqual([file, true]);
});
