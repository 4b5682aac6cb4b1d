// Builds this project into dist/: the app and the functions.
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { APP_PLUGINS, withoutCopies } from "./app-plugins.mjs";
import { bundle } from "./bundle.mjs";
import { makeStale } from "./fresh.mjs";
import { bundleFunction, functionTargets, HandlerError } from "./functions.mjs";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Modules that functions have another one for; jest.config.js has the same, so that what ships is what is tested. */
const REPLACED = "scripts/build/replaced-modules.json";

/** What decides a bundle besides its source files. npm rewrites the last one whenever it changes node_modules. */
const TOOLCHAIN = [
  "scripts/build/app-plugins.mjs",
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
  return await makeFromPackages([{ output: "dist/main.js", make: makeApp }, ...functions]);
}

/**
 * Makes dist/commands/<path>.js of a command: to read its TypeScript at each start would take most of its time. What it
 * has from packages is left there.
 *
 * @param source path of its main file.
 * @returns the path of what was made.
 */
export async function buildCommand(source) {
  const output = join("dist", "commands", source.replace(/\.ts$/, ".js"));
  const make = async () => {
    const atOnce = new Set();
    const plugins = [inItsPlace(join(root, dirname(output)), atOnce)];
    const options = { target: "node20", packages: "external", plugins, footer: { js: WHEN_NEEDED } };
    const { code, inputs } = await bundle(root, source, options);
    return { content: packagesWhenNeeded(code, atOnce), inputs: [...TOOLCHAIN, ...inputs] };
  };
  await makeFromPackages([{ output, make }]);
  return output;
}

const WHEN_NEEDED =
  "function __whenNeeded(load) { return new Proxy({}, { get: (_, name) => load()[name] }); }";

/**
 * Scoped packages are loaded when a name of theirs is used: to load each client of AWS takes most of the time that a
 * command needs to begin.
 *
 * @param atOnce packages that a source imports for what they do, without a name
 */
function packagesWhenNeeded(code, atOnce) {
  return Buffer.from(code)
    .toString()
    .replaceAll(/^(var import_\w+ = )(require\("(@[^"]+)"\));$/gm, (line, name, load, path) =>
      atOnce.has(path) ? line : `${name}__whenNeeded(() => ${load});`,
    );
}

/** All commands come by here: whoever forgot `npm ci` learns it here. */
async function makeFromPackages(targets) {
  try {
    return await makeStale(root, targets);
  } catch (error) {
    const isNotInstalled = error.code === "ERR_MODULE_NOT_FOUND";
    if (!isNotInstalled && !(error instanceof HandlerError)) throw error;
    console.error(isNotInstalled ? "packages are not installed: run npm ci" : error.message);
    process.exit(1);
  }
}

/** A function's code and how much of it each module is, for the bench. */
export async function functionBundle(entry) {
  return await bundleFunction(root, entry, functionOptions());
}

/**
 * In a bundle, `__dirname` still is the folder of the source, and modules that are not bundled are found.
 *
 * @param atOnce gets the modules that sources import without a name
 */
const inItsPlace = (outputFolder, atOnce) => ({
  name: "in its place",
  setup({ onLoad, onResolve }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const folder = JSON.stringify(relative(outputFolder, dirname(path)));
      const source = readFileSync(path, "utf8");
      for (const [, imported] of source.matchAll(/^\s*import ["']([^"']+)["']/gm)) atOnce.add(imported);
      const contents = source.replace(
        /\b__dirname\b/g,
        // Not the text itself, in which a $ of the folder would mean something.
        () => `require("node:path").join(__dirname, ${folder})`,
      );
      return { contents, loader: "ts" };
    });
    onResolve({ filter: /^\..*\.mjs$/ }, ({ path, resolveDir }) => ({
      path: `./${relative(outputFolder, join(resolveDir, path))}`,
      external: true,
    }));
  },
});

async function makeApp() {
  const options = {
    target: "node20",
    minifyWhitespace: true,
    minifySyntax: true,
    plugins: APP_PLUGINS,
    // As Node wraps a module. To put it around three megabytes at each start would copy them.
    banner: { js: "(function (exports, require, module, __filename, __dirname) {" },
    footer: { js: "})" },
  };
  const { code, inputs } = await bundle(root, "main.ts", options);
  return { content: withoutCopies(Buffer.from(code).toString()), inputs: [...TOOLCHAIN, ...inputs] };
}

function functionOptions() {
  const replaced = JSON.parse(readFileSync(join(root, REPLACED), "utf8"));
  return {
    alias: Object.fromEntries(Object.entries(replaced).map(([name, file]) => [name, join(root, file)])),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const words = process.argv.slice(2);
  if (words.length > 0) {
    console.error(`npm run build takes no words, got ${words.join(" ")}`);
    process.exit(1);
  }
  const made = await build();
  console.log(made.length > 0 ? `built ${made.join(", ")}` : "nothing to build");
}
