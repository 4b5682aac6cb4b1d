import { closeSync, fstatSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Script } from "node:vm";
import { replaceFile } from "./build/fresh.mjs";
import { build, root } from "./build/main.mjs";

/**
 * Brings dist/ up to date and loads the app, with what V8 compiled the last time: that saves a quarter of a synth.
 *
 * @returns the exports of main.ts and a function to call once the app has run.
 */
export async function loadApp() {
  await build();
  // Its dependencies use what Node 24 warns of.
  process.noDeprecation = true;
  const file = join(root, "dist", "main.js");
  const opened = openSync(file);
  const [source, { ino, mtimeMs }] = [readFileSync(opened), fstatSync(opened)];
  closeSync(opened);
  // V8 compares the length of the source and its own version only, which Node 20.17 and 20.20 share, and 20.17 crashes
  // on what 20.20 has kept. The inode and the
  // time name the build, which made a new file.
  const key = [process.version, process.arch, ino, mtimeMs].join("-");
  const cache = `${file}.${key}.cache`;
  const cachedData = readIfThere(cache);
  // esbuild writes ASCII, which V8 takes as it is.
  const script = new Script(source.toString("latin1"), { filename: file, cachedData });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));

  const keepCompiled = () => {
    if (cachedData && !script.cachedDataRejected) return;
    for (const name of readdirSync(dirname(file))) {
      if (/^main\.js\..*\.cache$/.test(name)) rmSync(join(dirname(file), name), { force: true });
    }
    replaceFile(cache, script.createCachedData());
  };
  return { app: module.exports, keepCompiled };
}

/** Another process may take it away at any time. */
function readIfThere(file) {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}
