// What is changed of CDKTF and of the providers in the app's bundle, for the time that a synth takes. What is
// synthesized stays the same.
import { readFileSync } from "node:fs";

/** @param change makes the text of the module from the one that it has. */
function changed(name, filter, change) {
  return {
    name,
    setup({ onLoad }) {
      onLoad({ filter }, ({ path }) => {
        const contents = change(readFileSync(path, "utf8"));
        return contents === undefined ? undefined : { contents };
      });
    },
  };
}

/** Has another text in each place of one that another release of CDKTF or esbuild may not have. */
function exchanged(code, ...pairs) {
  return pairs.reduce((text, [from, to]) => {
    if (text.includes(from)) return text.replaceAll(from, to);
    throw new Error(
      `scripts/build/app-plugins.mjs looks for \`${from}\` in CDKTF or esbuild, which has it no more; adapt it`,
    );
  }, code);
}

/**
 * CDKTF keeps where each token was made, for its own messages, which takes a quarter of a synth's time. Here that would
 * be a place in the bundle.
 */
const withoutTokenStacks = changed(
  "without token stacks",
  /[\\/]cdktf[\\/]lib[\\/]tokens[\\/]private[\\/]stack-trace\.js$/,
  (code) => `${code}\nexports.captureStackTrace = () => [];`,
);

/** Every element of a stack is resolved before they are put together; only overrides of the stack itself are not. */
const withoutLastResolve = changed(
  "without last resolve",
  /[\\/]cdktf[\\/]lib[\\/]terraform-stack\.js$/,
  (code) =>
    exchanged(code, [
      "return (0, _tokens_1.resolve)(this, tf);",
      "return Object.keys(this.rawOverrides).length > 0 ? (0, _tokens_1.resolve)(this, tf) : tf;",
    ]),
);

/** Most of what CDKTF resolves holds no token: of that, it makes no context, and no path for an error. */
const plainAsItIs = changed(
  "plain as it is",
  /[\\/]cdktf[\\/]lib[\\/]tokens[\\/]private[\\/]resolve\.js$/,
  (code) =>
    exchanged(
      code,
      ['const pathName = "/" + prefix.join("/");', ""],
      ["pathName", '"/" + prefix.join("/")'],
      ["const resolvedKey = ", "const resolvedKey = isPlain(key) ? key : "],
      ["const value = ", "const value = isPlain(obj[key]) ? obj[key] : "],
      [".map((x, i) => ", ".map((x, i) => isPlain(x) ? x : "],
    ).concat(`
      const MAY_BE_TOKEN = /TfToken\\[|[-|\\d.+]e[-|\\d.eE+]|Map Token Value$/;
      function isPlain(value) {
        return typeof value === "string" ? !MAY_BE_TOKEN.test(value) : value === undefined;
      }`),
);

/** A provider has a large class for each resource: of these, an environment loads what it makes. */
const providersWhenNeeded = changed(
  "providers when needed",
  /[\\/]@cdktf[\\/]provider-\w+[\\/]lib[\\/][\w-]+[\\/]index\.js$/,
  (code) => {
    // What a file passes on has no names in it.
    if (code.includes("__exportStar(")) return undefined;
    const names = new Set([...code.matchAll(/\bexports\.(\w+) = /g)].map(([, name]) => name));
    const getters = [...names].map((name) => `get ${name}() { return load().${name}; }`);
    return `
      let loaded;
      const load = () => (loaded ??= ((exports) => { ${code}\n return exports; })({}));
      module.exports = { __esModule: true, ${getters.join(", ")} };`;
  },
);

/**
 * In a bundle, each file that imports a name of CDKTF copies all of them, hundreds. They are in an object already.
 *
 * @param code the bundle
 */
export function withoutCopies(code) {
  if (!code.includes("node_modules/cdktf/lib/index.js")) return code;
  const toModule = "__toESM=(mod,isNodeMode,target)=>";
  return exchanged(code, [toModule, `${toModule}!isNodeMode&&mod?.__esModule?mod:`]);
}

export const APP_PLUGINS = [withoutTokenStacks, withoutLastResolve, plainAsItIs, providersWhenNeeded];
