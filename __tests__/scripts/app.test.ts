import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scripts } from "../../package.json";
import {
  projectRoot,
  shippedEnvironment,
  shippedEnvironments,
  synthesizeEnvironment,
} from "../support/shipped";

/** Every file of a synth by its path, the functions' zips included. */
function filesIn(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    paths.map((path) => [path.slice(folder.length), readFileSync(path).toString("latin1")]),
  );
}

test.each(shippedEnvironments)("the bundled app synthesizes %s as its source does", (name) => {
  const CDKTF_OUTDIR = mkdtempSync(join(tmpdir(), "bundled-"));
  // As cdktf.json has it; it brings dist/ up to date.
  execFileSync(process.execPath, ["scripts/app.mjs"], {
    cwd: projectRoot,
    env: { ...process.env, ENVIRONMENT: name, CDKTF_OUTDIR },
  });

  const { directory } = synthesizeEnvironment(shippedEnvironment(name));

  const [bundled, source] = [filesIn(CDKTF_OUTDIR), filesIn(directory)];
  expect(Object.keys(bundled).sort()).toEqual(Object.keys(source).sort());
  expect(Object.keys(source).filter((path) => bundled[path] !== source[path])).toEqual([]);
});

test("a synth starts no other program, Terraform neither", () => {
  const { status, stderr } = spawnSync(process.execPath, ["scripts/app.mjs"], {
    cwd: projectRoot,
    encoding: "utf8",
    env: { PATH: "/nowhere", ENVIRONMENT: "prod", CDKTF_OUTDIR: mkdtempSync(join(tmpdir(), "alone-")) },
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
});

test("npm run doctor looks at this machine", () => {
  const { stdout, stderr } = spawnSync("npm", ["run", "--silent", "doctor"], {
    cwd: projectRoot,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(stdout).toMatch(new RegExp(`Node.*${process.versions.node}`, "i"));
});

test.each(["diff", "deploy", "destroy", "local", "secret"])("npm run %s takes the words after --", (name) => {
  const { stdout, stderr } = spawnSync("npm", ["run", "--silent", name, "--", "--help"], {
    cwd: projectRoot,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(stdout).toMatch(new RegExp(`^Usage: npm run .*${name}`));
});

/** One command for each program, by its file. */
const programs = new Map(
  Object.values(scripts).flatMap((line) => {
    const file = /^node (scripts\/run\.mjs )?([^ -]+)/.exec(line)?.[2];
    return file ? [[file, line.split(" ").slice(1)] as const] : [];
  }),
);

test.each([...programs])("%s refuses an option that it does not know, in one line", (_, words) => {
  const refused = spawnSync(process.execPath, [...words, "--no-such-option"], {
    cwd: projectRoot,
    encoding: "utf8",
    timeout: 30_000,
  });
  expect(refused.stderr).toMatch(/^[^\n]*--no-such-option[^\n]*\n$/);
  expect(refused.status).toBeGreaterThan(0);
  expect(refused.stdout).toBe("");
});

test("npm run diff shows why an environment cannot be synthesized", () => {
  const { status, stderr } = spawnSync("npm", ["run", "--silent", "diff"], {
    cwd: projectRoot,
    encoding: "utf8",
    env: { ...process.env, ENVIRONMENT: "no-such-environment" },
  });
  expect(status).toBe(1);
  expect(stderr).toContain("no-such-environment");
});
