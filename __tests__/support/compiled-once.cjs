// Each worker compiles a module once, and not again in every test file that loads it: Jest has each compiled by itself,
// which takes a quarter of the processor time of tests whose modules are many.
const vm = require("node:vm");
const { TestEnvironment } = require("jest-environment-node");

const compiled = new Map();

vm.compileFunction = (code, parameters, { filename, parsingContext }) => {
  const head = `(function (${parameters.join(", ")}) {`;
  const text = `${head}${code}\n})`;
  let kept = compiled.get(filename);
  if (kept?.text !== text) {
    kept = { text, script: new vm.Script(text, { filename, columnOffset: -head.length }) };
    compiled.set(filename, kept);
  }
  return kept.script.runInContext(parsingContext);
};

module.exports = TestEnvironment;
