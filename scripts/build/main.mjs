// Builds this project into dist/: the app and the functions.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { bundle } from "./bundle.mjs";
import { makeStale } from "./fresh.mjs";
import { bundleFunction, functionTargets } from "./functions.mjs";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Modules that functions have another one for; jest.config.js has the same, so that what ships is what is tested. */
const REPLACED = "scripts/build/replaced-modules.json";

/** What decides a bundle besides its source files. npm rewrites the last one whenever it changes node_modules. */
const TOOLCHAIN = [
  "scripts/build/bundle.mjs",
  "scripts/build/functions.mjs",
  "scripts/build/main.mjs",
  REPLACED,
  "tsconfig.json",
  "node_modules/.package-lock.json",
];

/** @returns the outputs that were made. */
export async function build() {
  const functions = functionTargets(root, "lambda", { inputs: TOOLCHAIN, optionsFor: functionOptions });
  return await makeStale(root, [{ output: "dist/main.js", make: makeApp }, ...functions]);
}

/** Makes dist/review.js: to read its TypeScript would take longer than the review of a large plan. */
export async function buildReview() {
  const make = async () => {
    const { code, inputs } = await bundle(root, "scripts/review/main.ts", { target: "node20" });
    return { content: code, inputs: [...TOOLCHAIN, ...inputs] };
  };
  await makeStale(root, [{ output: "dist/review.js", make }]);
}

/** A function's code and how much of it each module is, for the bench. */
export async function functionBundle(entry) {
  return await bundleFunction(root, entry, functionOptions());
}

/**
 * CDKTF keeps where each token was made, for its own messages, which takes a quarter of a synth's time. Here that would
 * be a place in the bundle.
 */
const withoutTokenStacks = {
  name: "without token stacks",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]cdktf[\\/]lib[\\/]tokens[\\/]private[\\/]stack-trace\.js$/ }, ({ path }) => ({
      contents: `${readFileSync(path, "utf8")}\nexports.captureStackTrace = () => [];`,
    }));
  },
};

async function makeApp() {
  const options = {
    target: "node20",
    minifyWhitespace: true,
    minifySyntax: true,
    plugins: [withoutTokenStacks],
  };
  const { code, inputs } = await bundle(root, "main.ts", options);
  return { content: code, inputs: [...TOOLCHAIN, ...inputs] };
}

function functionOptions() {
  const replaced = JSON.parse(readFileSync(join(root, REPLACED), "utf8"));
  return {
    alias: Object.fromEntries(Object.entries(replaced).map(([name, file]) => [name, join(root, file)])),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const made = await build();
  console.log(made.length > 0 ? `built ${made.join(", ")}` : "nothing to build");
}
