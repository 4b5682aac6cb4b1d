import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as ts from "typescript";
import { blocksOf, root } from "./support/documents";

/** By a name of its own in the folder that the block says, so that two documents can show the same file. */
const files = new Map(
  blocksOf("ts").map(({ place, info, code }) => [
    join(root, dirname(info), `${place.replaceAll(/\W/g, "-")}.ts`),
    { place, code },
  ]),
);

/** What another app imports, by the source of it. */
function exportedPaths(): ts.MapLike<string[]> {
  const { name, exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return Object.fromEntries(
    Object.entries<string>(exports).map(([path, file]) => [
      join(name, path),
      [file.replace("./lib/", "").replace(/\.js$/, ".ts")],
    ]),
  );
}

test("TypeScript in documents compiles, with the package's name as another app has it", () => {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [] }, ts.sys, root);
  const all = {
    ...options,
    types: ["node"],
    baseUrl: root,
    paths: exportedPaths(),
  };
  const program = ts.createProgram([...files.keys()], all, hostWith(all));
  const problems = [...files].flatMap(([file, { place }]) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(file))
      .map(({ messageText }) => `${place}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`),
  );
  expect(files.size).toBeGreaterThan(3);
  expect(problems).toEqual([]);
});

function hostWith(options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  return {
    ...host,
    fileExists: (file) => files.has(file) || host.fileExists(file),
    readFile: (file) => files.get(file)?.code ?? host.readFile(file),
    getSourceFile: (file, version, ...rest) => {
      const code = files.get(file)?.code;
      return code === undefined
        ? host.getSourceFile(file, version, ...rest)
        : ts.createSourceFile(file, code, version);
    },
  };
}
