import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { changed } from "../support/environment-files";
import { projectRoot, shippedSettings } from "../support/shipped";
import { Template } from "../support/template";

/** An app in a folder of its own, which has the packed package and what that declares, and nothing else. */
const app = mkdtempSync(join(tmpdir(), "app-"));
const installed = join(app, "node_modules", "lambda-secrets");
const compiler = join(app, "node_modules", "typescript", "bin", "tsc");

function run(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    encoding: "utf8",
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
  });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stdout}${stderr}`);
  return stdout;
}

function unpackPackage(): void {
  const folder = mkdtempSync(join(tmpdir(), "pack-"));
  run("npm", ["pack", "--silent", "--pack-destination", folder], projectRoot);
  mkdirSync(installed, { recursive: true });
  const [tarball = ""] = readdirSync(folder);
  execFileSync("tar", ["-xzf", join(folder, tarball), "-C", installed, "--strip-components=1"]);
}

/** Stands for `npm install`: the packages that the package declares, and the app's own typescript and types. */
function linkDeclared(): void {
  const { dependencies, peerDependencies } = JSON.parse(
    readFileSync(join(installed, "package.json"), "utf8"),
  );
  const own = ["typescript", "@types/node"];
  for (const name of [...Object.keys(dependencies), ...Object.keys(peerDependencies), ...own]) {
    const link = join(app, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(projectRoot, "node_modules", name), link);
  }
}

beforeAll(() => {
  cpSync(join(__dirname, "app"), app, { recursive: true });
  const staging = changed(shippedSettings("dev"), { functions: [], namePrefix: "secrets-staging" });
  mkdirSync(join(app, "environments"));
  writeFileSync(join(app, "environments", "staging.json"), JSON.stringify(staging));
  writeFileSync(join(app, "cdktf.json"), JSON.stringify({ language: "typescript", app: "node out/main.js" }));
  unpackPackage();
  linkDeclared();
});

test("an app that installs the package typechecks with all declarations, and synthesizes a stack of its own", () => {
  run(process.execPath, [compiler], app);
  expect(run(process.execPath, [join(installed, "scripts", "build", "cli.mjs"), "build"], app)).toBe(
    "built dist/lambda/billing.zip\n",
  );
  run(process.execPath, ["out/main.js"], app);

  const stacks = join(app, "cdktf.out", "stacks");
  expect(readdirSync(stacks).sort()).toEqual([
    "staging-billing",
    "staging-foundation",
    "staging-functions",
    "staging-native",
  ]);
  const billing = Template.fromFile(join(stacks, "staging-billing", "cdk.tf.json"));
  expect(billing.resource("aws_lambda_function")).toMatchObject({
    function_name: "secrets-staging-billing",
    runtime: "nodejs24.x",
    environment: { variables: { SECRET_SOURCES: "secrets-manager", SECRET_PREFIX: "secrets-staging/" } },
  });
  expect(billing.outputs.legacy_variables?.value).toMatchObject({ SECRET_PREFIX: "secrets-staging/" });
});

test("the declarations are complete, and found by either way in which TypeScript looks for them", () => {
  const options = ["--noEmit", "--pretty", "false", "--module", "node16", "--moduleResolution", "node16"];
  // Other packages' declarations have errors of their own without `skipLibCheck`.
  const { stdout } = spawnSync(process.execPath, [compiler, ...options, "--skipLibCheck", "false"], {
    cwd: app,
    encoding: "utf8",
  });
  const ours = /^(main\.ts|lambda\/|node_modules\/lambda-secrets\/)/;
  expect(stdout.split("\n").filter((line) => ours.test(line))).toEqual([]);
});

test("the function's zip holds the reader, and answers without the package beside it", () => {
  const zip = unzipSync(readFileSync(join(app, "dist", "lambda", "billing.zip")));
  const folder = mkdtempSync(join(tmpdir(), "function-"));
  writeFileSync(join(folder, "index.js"), zip["index.js"] ?? "");
  const call = 'require("./index.js").handler().catch((error) => console.log(error.message))';
  expect(run(process.execPath, ["-e", call], folder)).toContain("SECRET_SOURCES must list");
});

test("the rotation function that the app deploys is the one that the package ships", () => {
  const native = join(app, "cdktf.out", "stacks", "staging-native");
  const { filename } = Template.fromFile(join(native, "cdk.tf.json")).resource("aws_lambda_function");
  const shipped = readFileSync(join(projectRoot, "dist", "lambda", "rotation.zip"));
  expect(readFileSync(join(native, filename)).equals(shipped)).toBe(true);
});
