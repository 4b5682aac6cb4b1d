import vm, { type CompileFunctionOptions, compileFunction, createContext } from "node:vm";

/** As Jest has a module compiled for a test file, whose globals are in a context of its own. */
const compile = (code: string, globals: object = {}) =>
  compileFunction(code, ["one", "other"], {
    filename: "/somewhere/module.js",
    parsingContext: createContext(globals),
  } as CompileFunctionOptions);

test("a module that is compiled once sees the globals of each test file", () => {
  const code = "return [one, other, name];";

  expect(compile(code, { name: "first" })(1, 2)).toEqual([1, 2, "first"]);
  expect(compile(code, { name: "second" })(3, 4)).toEqual([3, 4, "second"]);
});

test("a module that another test file loads is not compiled again", () => {
  const { Script } = vm;
  let compiled = 0;
  vm.Script = class extends Script {
    constructor(...words: ConstructorParameters<typeof Script>) {
      super(...words);
      compiled++;
    }
  };

  compile("return 'once';");
  compile("return 'once';");
  vm.Script = Script;

  expect(compiled).toBe(1);
});

test("a module that has changed is compiled anew", () => {
  expect(compile("return 1; // comment")()).toBe(1);
  expect(compile("return 2; // comment")()).toBe(2);
});

test.each(["throw new Error()", "\n  throw new Error()"])("an error has its line and column: %j", (code) => {
  const [line, column] = [code.split("\n").length, code.indexOf("new") - code.lastIndexOf("\n")];
  let stack = "";
  try {
    compile(code)();
  } catch (error) {
    stack = String((error as Error).stack);
  }
  expect(stack).toContain(`/somewhere/module.js:${line}:${column}`);
});
