// Zip files of functions: `lambda/billing/handler.ts` or `lambda/billing/index.py` becomes `dist/lambda/billing.zip`.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./bundle.mjs";

/** Makes a zip from the file of a handler. */
const ZIPS = { "handler.ts": zipTypeScript, "index.py": zipPython };

/** Of code that Lambda could not call; the message is for people. */
export class HandlerError extends Error {
  constructor(entry, must, found) {
    const rule = `${entry} must ${must} \`handler\`, which Lambda calls; it ${found}`;
    super(`${rule}. Add it, or rename the file if Lambda is not to call it`);
  }
}

/**
 * Every folder at or below `folder` that holds a handler, to be made by `makeStale`.
 *
 * @param options for esbuild, by the entry's path; `inputs` are what else decides the zip.
 */
export function functionTargets(root, folder, { inputs = [], optionsFor = () => ({}) } = {}) {
  if (!existsSync(join(root, folder))) return [];
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  const handler = Object.keys(ZIPS).find((file) => entries.some(({ name }) => name === file));
  const entry = `${folder}/${handler}`;
  const make = async () => {
    const made = await ZIPS[handler](root, entry, optionsFor(entry));
    return { content: made.content, inputs: [...inputs, ...made.inputs] };
  };
  return [
    ...(handler ? [{ output: `dist/${folder}.zip`, make }] : []),
    ...entries
      .filter((each) => each.isDirectory())
      .map(({ name }) => name)
      .sort()
      .flatMap((name) => functionTargets(root, `${folder}/${name}`, { inputs, optionsFor })),
  ];
}

/** As it is put into the zip, and how much of it each module is. */
export async function bundleFunction(root, entry, options) {
  return await bundle(root, entry, {
    target: "node22",
    minify: true,
    mainFields: ["module", "main"],
    external: ["pg-native"],
    ...options,
  });
}

async function zipTypeScript(root, entry, options) {
  await refuseWithoutHandler(root, entry);
  const { code, inputs } = await bundleFunction(root, entry, options);
  return { content: await zip("index.js", code), inputs };
}

/** What CommonJS exports, or `export *`, shows only when it runs. */
async function refuseWithoutHandler(root, entry) {
  const esbuild = await import("esbuild");
  const { metafile, outputFiles } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: [entry],
    format: "esm",
    logLevel: "error",
    write: false,
    metafile: true,
  });
  const [{ exports, entryPoint }] = Object.values(metafile.outputs);
  const isCommonJs = metafile.inputs[entryPoint].format === "cjs";
  if (isCommonJs || /^export \*|\bmodule\.exports\b/m.test(outputFiles[0].text)) return;
  if (exports.includes("handler")) return;
  throw new HandlerError(entry, "export", `exports ${exports.join(", ") || "nothing"}`);
}

/** Python needs no bundle: a function of one file and the standard library. */
async function zipPython(root, entry) {
  const code = readFileSync(join(root, entry));
  if (!/^[^#\n]*\bhandler\b/m.test(code.toString()))
    throw new HandlerError(entry, "define", "does not name it");
  return { content: await zip("index.py", code), inputs: [entry] };
}

async function zip(name, code) {
  const { zipSync } = await import("fflate");
  // fflate writes local time into the zip: this is the same local time everywhere.
  const mtime = new Date(1980, 0, 1);
  return zipSync({ [name]: [code, { mtime, level: 9, attrs: 0o644 << 16, os: 3 }] });
}
