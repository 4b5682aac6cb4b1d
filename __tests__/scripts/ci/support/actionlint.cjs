// The part of the package that Node 20.17 can load: its command and its ES modules it cannot. Not for `--eval`, where
// `fs` is a global that its WebAssembly would wait for.
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const PACKAGE = join(__dirname, "..", "..", "..", "..", "node_modules", "@tktco", "node-actionlint");
const { runLintForFiles } = require(join(PACKAGE, "build", "run-lint.js"));

const files = process.argv.slice(2).map((path) => ({ path, data: readFileSync(path, "utf8") }));
runLintForFiles(files).then((found) => {
  for (const { path, line, message } of found) console.log(`${path}:${line}: ${message}`);
  console.log(`${files.length} files`);
  process.exitCode = found.length > 0 ? 1 : 0;
});
