import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { runInThisContext } from "node:vm";
import { projectRoot } from "../support/shipped";

const MADE = "built dist/main.js\n";
const FRESH = "nothing to build\n";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "build-"));
  for (const part of [join("scripts", "build"), "tsconfig.json"])
    cpSync(join(projectRoot, part), join(folder, part), { recursive: true });
  symlinkSync(join(projectRoot, "node_modules"), join(folder, "node_modules"));
  save("export const answer = 1;", -60);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes main.ts as if it had been saved so many seconds from now. */
function save(code: string, seconds: number): void {
  const [file, time] = [join(folder, "main.ts"), Date.now() / 1000 + seconds];
  writeFileSync(file, code);
  utimesSync(file, time, time);
}

const build = () =>
  execFileSync(process.execPath, [join(folder, "scripts", "build", "main.mjs")], { encoding: "utf8" });

test("a bundle is made again only if the content of an input changed", () => {
  expect([build(), build()]).toEqual([MADE, FRESH]);
  save("export const answer = 1;", -30);
  expect(build()).toBe(FRESH);
  save("export const answer = 2;", -30);
  expect([build(), build()]).toEqual([MADE, FRESH]);
});

test("touched files are read once, and not by each command from then on", () => {
  const record = () => readFileSync(join(folder, "dist", "main.js.inputs.json"), "utf8");
  build();
  const before = record();
  save("export const answer = 1;", -30);
  build();
  const after = record();
  expect(after).not.toBe(before);
  build();
  expect(record()).toBe(after);
});

test("a file that was saved while it was being bundled does not count as bundled", () => {
  save("export const answer = 1;", 60);
  expect([build(), build()]).toEqual([MADE, MADE]);
});

test.each([
  ["cut off", '{"stamp":"1'],
  ["of another shape", "{}"],
])("a record that is %s makes the bundle stale and stops no command", (_, text) => {
  expect(build()).toBe(MADE);
  writeFileSync(join(folder, "dist", "main.js.inputs.json"), text);
  expect([build(), build()]).toEqual([MADE, FRESH]);
});

describe("the bundle of an app of one's own", () => {
  /** What `main.ts` exports as `result`, in the bundle. */
  function bundled(code: string): unknown {
    save(code, -30);
    build();
    const file = join(folder, "dist", "main.js");
    const module = { exports: {} as { result?: unknown } };
    runInThisContext(readFileSync(file, "utf8"))(module.exports, createRequire(file), module);
    return module.exports.result;
  }

  test("has the names of CDKTF once, however many files import some", () => {
    const app = `
      import * as cdktf from "cdktf";
      export const result = cdktf === require("cdktf");`;
    expect(bundled(app)).toBe(true);
  });

  test("resolves a reference in an override of a whole stack", () => {
    const app = `
      import { Vpc } from "@cdktf/provider-aws/lib/vpc";
      import { Testing, TerraformStack } from "cdktf";
      const stack = new TerraformStack(Testing.app(), "Own");
      stack.addOverride("locals", { id: new Vpc(stack, "Vpc").id });
      export const result = stack.toTerraform().locals;`;
    expect(bundled(app)).toEqual({ id: `$${"{aws_vpc.Vpc.id}"}` });
  });

  test("resolves tokens of each kind wherever they are, and leaves the rest as it is", () => {
    const app = `
      import { Lazy, TerraformStack, Testing, Token } from "cdktf";
      const later = (value) => Lazy.anyValue({ produce: () => value });
      const [port, name] = [Token.asNumber(later(5432)), Token.asString(later("orders"))];
      const stack = new TerraformStack(Testing.app(), "Own");
      stack.addOverride("locals", {
        port, name, [name]: "a key", inTexts: ["on " + port, "of " + name + ", 1e5-e1"], nested: { name: [name] },
        list: Token.asList(later(["one"])), map: Token.asStringMap(later({ of: "two" })),
        plain: ["one", "1e5", true, null, undefined, 0], nothing: undefined,
      });
      export const result = stack.toTerraform().locals;`;
    expect(bundled(app)).toEqual({
      port: 5432,
      name: "orders",
      orders: "a key",
      inTexts: ["on 5432", "of orders, 1e5-e1"],
      nested: { name: ["orders"] },
      list: ["one"],
      map: { of: "two" },
      plain: ["one", "1e5", true, null, 0],
    });
  });

  test("has what a provider exports from further files", () => {
    const app = `
      import * as channel from "@cdktf/provider-aws/lib/medialive-channel";
      export const result = Object.keys(channel).length;`;
    const exported = Object.keys(require("@cdktf/provider-aws/lib/medialive-channel"));
    expect(bundled(app)).toBe(exported.length);
  });
});

describe("a command", () => {
  const RUN = join("scripts", "run.mjs");
  beforeEach(() => cpSync(join(projectRoot, RUN), join(folder, RUN)));

  /** Writes a file of the project as if it had been saved long ago. */
  function write(path: string, text: string): void {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    utimesSync(file, 1, 1);
  }
  const run = (source: string) =>
    execFileSync(process.execPath, [RUN, source], { cwd: folder, encoding: "utf8" });
  /** How a program of the project fails. */
  const failure = (...words: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: folder, encoding: "utf8" });
    return { status, stdout, stderr };
  };
  /** Another number once the bundle was made again. */
  const made = (source: string) => statSync(join(folder, "dist", "commands", `${source}.js`)).ino;

  test("has the folder of each of its sources as __dirname, whatever that is called", () => {
    write(
      "tools/$&/command.ts",
      'import { own } from "../other/own"; console.log(JSON.stringify([__dirname, ...own]));',
    );
    write("tools/other/own.ts", "const my__dirname = 1; export const own = [__dirname, my__dirname];");

    const real = join(realpathSync(folder), "tools");
    expect(JSON.parse(run("tools/$&/command.ts"))).toEqual([join(real, "$&"), join(real, "other"), 1]);
  });

  test("is built again after one of its sources has changed, and not otherwise", () => {
    write("tools/command.ts", 'import { word } from "./word"; console.log(word);');
    write("tools/word.ts", 'export const word = "one";');
    expect(run("tools/command.ts")).toBe("one\n");
    const first = made("tools/command");
    expect(run("tools/command.ts")).toBe("one\n");
    expect(made("tools/command")).toBe(first);

    write("tools/word.ts", 'export const word = "two";');
    expect(run("tools/command.ts")).toBe("two\n");
    expect(made("tools/command")).not.toBe(first);
  });

  test("finds a module that it imports while it runs, which is not bundled", () => {
    write("tools/command.ts", 'import("../other/late.mjs").then(({ url }) => console.log(url));');
    write("other/late.mjs", "export const url = import.meta.url;");

    expect(run("tools/command.ts")).toBe(
      `${pathToFileURL(join(realpathSync(folder), "other", "late.mjs"))}\n`,
    );
  });

  test("loads a scoped package where it first uses it, and what it only imports at once", () => {
    const command = `
      import { value } from "@own/late";
      import { early } from "@own/early";
      import "@own/side";
      class Later { static get() { return value(); } }
      console.log("begins", early);
      console.log(Later.get());`;
    write("tools/command.ts", command);
    for (const [name, content] of [
      ["late", 'exports.value = () => "late"'],
      ["early", "exports.early = 1"],
      ["side", ""],
    ])
      write(`dist/node_modules/@own/${name}/index.js`, `console.log("${name} is loaded"); ${content};`);

    expect(run("tools/command.ts").split("\n")).toEqual([
      "side is loaded",
      "early is loaded",
      "begins 1",
      "late is loaded",
      "late",
      "",
    ]);
  });

  test.each([
    ["a command", [RUN, "main.ts"]],
    ["a build", [join("scripts", "build", "main.mjs")]],
  ])("where packages are not installed, %s says so", (_, words) => {
    rmSync(join(folder, "node_modules"));

    const stderr = "packages are not installed: run npm ci\n";
    expect(failure(...words)).toEqual({ status: 1, stdout: "", stderr });
  });

  test("where Lambda could not call a function, a build says so in one line", () => {
    write("lambda/billing/handler.ts", "export const main = 1;");

    const { status, stderr } = failure(join("scripts", "build", "main.mjs"));
    expect(stderr).toMatch(/^lambda\/billing\/handler\.ts must export `handler`[^\n]*\n$/);
    expect(status).toBe(1);
  });

  test.each([
    ["no file", [], ""],
    ["a file that is not there", ["none.ts"], "none.ts does not exist. "],
  ])("of %s is refused with how it is used", (_, words, reason) => {
    const stderr = `${reason}Usage: node scripts/run.mjs <file.ts> [words]\n`;
    expect(failure(RUN, ...words)).toEqual({ status: 1, stdout: "", stderr });
  });
});
