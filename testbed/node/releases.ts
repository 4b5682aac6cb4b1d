import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

const CACHE = join(__dirname, "..", "..", ".cache");
const FILES = ["package.json", "package-lock.json"];

/** The runtimes of Node.js that functions may have here and in Lambda. */
export const NODE_RUNTIMES = ["nodejs22.x", "nodejs24.x"] as const;
export type NodeRuntime = (typeof NODE_RUNTIMES)[number];

/**
 * The Node of each runtime, as pinned beside this file. npm installs them once, in a folder of .cache/ named after the
 * content of the lock file, and only a complete one gets that name.
 *
 * @throws Error that says how to get them
 */
export function nodeReleases(): Readonly<Record<NodeRuntime, string>> {
  const lock = readFileSync(join(__dirname, "package-lock.json"));
  const key = createHash("sha256").update(lock).digest("hex").slice(0, 16);
  const directory = join(CACHE, `node-${key}`);
  if (!existsSync(directory)) install(directory);
  const node = (runtime: NodeRuntime) =>
    join(directory, "node_modules", `${runtime}-${process.platform}-${process.arch}`, "bin", "node");
  const missing = NODE_RUNTIMES.filter((runtime) => !existsSync(node(runtime)));
  if (missing.length > 0)
    throw new Error(
      `testbed/node/package.json has no ${missing.join(" and no ")} for ${process.platform}-${process.arch}; ` +
        "run the tests on Linux or macOS, x64 or arm64",
    );
  return { "nodejs22.x": node("nodejs22.x"), "nodejs24.x": node("nodejs24.x") };
}

function install(directory: string): void {
  mkdirSync(CACHE, { recursive: true });
  const unfinished = mkdtempSync(`${directory}.`);
  try {
    for (const file of FILES) copyFileSync(join(__dirname, file), join(unfinished, file));
    // Their packages have nothing to run.
    execFileSync("npm", ["ci", "--ignore-scripts", "--no-fund", "--no-audit"], {
      cwd: unfinished,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    renameSync(unfinished, directory);
  } catch (error) {
    const { code, stderr } = error as { code?: string; stderr?: string };
    // Two first runs at the same time each make one; the second finds the name taken, by an equal folder.
    if (code === "ENOTEMPTY" || code === "EEXIST") return;
    const reason = stderr?.trim().split("\n").at(-1) ?? String(error);
    throw new Error(
      `npm could not install Lambda's Node releases (${reason}); check that npm reaches its registry, then ` +
        "run the tests again",
    );
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}
