// Bundles the app and the functions into dist/. A bundle is made again only if the content of one of its inputs changed.
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Makes a function's zip from the file of its handler. */
const BUNDLES = { "handler.ts": bundleFunction, "index.py": zipPython };

/** The app, and every folder below lambda/ with a handler. */
function targets() {
  return [{ entry: "main.ts", output: "dist/main.js", bundle: bundleApp }, ...functionsBelow("lambda")];
}

function functionsBelow(folder) {
  if (!existsSync(join(root, folder))) return [];
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const handler = Object.keys(BUNDLES).find((file) => entries.some(({ name }) => name === file));
  return [
    ...(handler
      ? [{ entry: `${folder}/${handler}`, output: `dist/${folder}.zip`, bundle: BUNDLES[handler] }]
      : []),
    ...names.sort().flatMap((name) => functionsBelow(`${folder}/${name}`)),
  ];
}

/** Modules that functions have another one for; jest.config.js has the same, so that what ships is what is tested. */
const REPLACED = "scripts/replaced-modules.json";

/** What decides a bundle besides its source files. npm rewrites the last one whenever it changes node_modules. */
const TOOLCHAIN = ["scripts/build.mjs", REPLACED, "tsconfig.json", "node_modules/.package-lock.json"];

/** @returns the outputs that were made. */
export async function build() {
  const stale = targets().filter((target) => !isFresh(target));
  if (stale.length === 0) return [];
  const esbuild = await import("esbuild");
  await Promise.all(stale.map((target) => make(target, esbuild)));
  return stale.map((target) => target.output);
}

async function make({ entry, output, bundle }, esbuild) {
  const started = Date.now();
  const { content, inputs } = await bundle(esbuild, entry);
  mkdirSync(join(root, dirname(output)), { recursive: true });
  replaceFile(join(root, output), content);
  const files = [...TOOLCHAIN, ...inputs.filter((input) => !input.includes("node_modules/"))].sort();
  // Which text of a file that was saved meanwhile is in the bundle, nobody knows: the next time it is made again.
  if (files.some((file) => statSync(join(root, file)).mtimeMs >= started)) return;
  replaceFile(
    recordOf(output),
    JSON.stringify({ stamp: stamp([output, ...files]), digest: digest([output, ...files]), files }),
  );
}

/** In one step: another process may be reading, and this one may be cut off. */
export function replaceFile(file, content) {
  writeFileSync(`${file}.${process.pid}`, content);
  renameSync(`${file}.${process.pid}`, file);
}

/** Untouched files are not read again; touched ones count as changed only if their content is another. */
function isFresh({ output }) {
  try {
    const record = JSON.parse(readFileSync(recordOf(output), "utf8"));
    const files = [output, ...record.files];
    const now = stamp(files);
    if (record.stamp === now) return true;
    if (record.digest !== digest(files)) return false;
    replaceFile(recordOf(output), JSON.stringify({ ...record, stamp: now }));
    return true;
  } catch {
    // A record or a file that is missing or cannot be read: what keeps the bundle from being made says so itself.
    return false;
  }
}

function recordOf(output) {
  return join(root, `${output}.inputs.json`);
}

function stamp(files) {
  return files
    .map((file) => {
      const { mtimeMs, ctimeMs, size } = statSync(join(root, file));
      return `${mtimeMs}/${ctimeMs}/${size}`;
    })
    .join();
}

function digest(files) {
  const hash = createHash("sha256");
  for (const file of files)
    hash
      .update(file)
      .update("\0")
      .update(readFileSync(join(root, file)))
      .update("\0");
  return hash.digest("hex");
}

async function bundleApp(esbuild, entry) {
  const { code, inputs } = await run(esbuild, entry, {
    target: "node20",
    minifyWhitespace: true,
    minifySyntax: true,
  });
  return { content: code, inputs };
}

/** A function's code and how much of it each module is, for the bench. */
export async function functionBundle(entry) {
  return await runFunction(await import("esbuild"), entry);
}

async function bundleFunction(esbuild, entry) {
  const { code, inputs } = await runFunction(esbuild, entry);
  return { content: await zip("index.js", code), inputs };
}

/** Python needs no bundle: the sample has one file and the standard library. */
async function zipPython(_, entry) {
  return { content: await zip("index.py", readFileSync(join(root, entry))), inputs: [entry] };
}

async function zip(name, code) {
  const { zipSync } = await import("fflate");
  // fflate writes local time into the zip: this is the same local time everywhere.
  const mtime = new Date(1980, 0, 1);
  return zipSync({ [name]: [code, { mtime, level: 9, attrs: 0o644 << 16, os: 3 }] });
}

async function runFunction(esbuild, entry) {
  const replaced = JSON.parse(readFileSync(join(root, REPLACED), "utf8"));
  return await run(esbuild, entry, {
    target: "node22",
    minify: true,
    mainFields: ["module", "main"],
    external: ["pg-native"],
    alias: Object.fromEntries(Object.entries(replaced).map(([name, file]) => [name, join(root, file)])),
  });
}

async function run(esbuild, entry, options) {
  const result = await esbuild.build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    platform: "node",
    format: "cjs",
    legalComments: "none",
    logLevel: "warning",
    write: false,
    metafile: true,
    ...options,
  });
  const [output] = Object.values(result.metafile.outputs);
  return {
    code: result.outputFiles[0].contents,
    inputs: Object.keys(result.metafile.inputs),
    modules: Object.fromEntries(
      Object.entries(output.inputs).map(([name, { bytesInOutput }]) => [name, bytesInOutput]),
    ),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const made = await build();
  console.log(made.length > 0 ? `built ${made.join(", ")}` : "nothing to build");
}
