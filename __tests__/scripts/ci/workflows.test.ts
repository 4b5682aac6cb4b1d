import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pythonEnvironment } from "../../../scripts/machine/python-environment";
import { CommandFailed, run } from "../../../scripts/support/processes";

const ROOT = join(__dirname, "..", "..", "..");
const GITHUB = join(ROOT, ".github");

let zizmor: string;

beforeAll(async () => {
  const python = await pythonEnvironment(join(ROOT, "testbed", "ci", "requirements.txt"));
  zizmor = join(dirname(python), "zizmor");
});

/** Workflows and actions by their path below .github. */
const files = new Map(
  readdirSync(GITHUB, { recursive: true })
    .map(String)
    .filter((path) => /^(workflows|actions)\b.*\.yml$/.test(path))
    .map((path) => [path, readFileSync(join(GITHUB, path), "utf8")] as const),
);
const workflows = [...files].filter(([path]) => path.startsWith("workflows"));

async function failing(work: Promise<{ code: number; output: string }>) {
  const { code, output } = await work.catch((error) => {
    if (error instanceof CommandFailed) return error;
    throw error;
  });
  return { code, output };
}

async function actionlint(root: string) {
  const folder = join(root, ".github", "workflows");
  const paths = readdirSync(folder).map((name) => join(folder, name));
  return await failing(run(process.execPath, [join(__dirname, "support", "actionlint.cjs"), ...paths]));
}

const zizmorOf = async (root: string) =>
  await failing(
    run(zizmor, [
      "--offline",
      "--no-progress",
      "--config",
      join(GITHUB, "zizmor.yml"),
      join(root, ".github"),
    ]),
  );

/** A project whose one workflow is what is given. */
function withWorkflow(text: string): string {
  const root = mkdtempSync(join(tmpdir(), "workflow-"));
  const folder = join(root, ".github", "workflows");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "only.yml"), text);
  return root;
}

test("actionlint finds nothing", async () => {
  expect(await actionlint(ROOT)).toMatchObject({ code: 0, output: `${workflows.length} files\n` });
});

test("zizmor finds nothing", async () => {
  expect(await zizmorOf(ROOT)).toMatchObject({ code: 0, output: expect.stringContaining("No findings") });
});

describe("what is wrong is found:", () => {
  const deploy = String(files.get(join("workflows", "deploy.yml")));
  const plan = String(files.get(join("workflows", "plan.yml")));

  test("an output that no job has, by actionlint", async () => {
    const wrong = deploy.replaceAll("needs.approvable.outputs", "needs.approved.outputs");
    expect(await actionlint(withWorkflow(wrong))).toMatchObject({
      code: 1,
      output: expect.stringContaining('property "approved" is not defined'),
    });
  });

  test.each([
    [
      "an action that is not pinned by its commit",
      plan.replace(/checkout@\w{40}/, "checkout@v7"),
      "unpinned-uses",
    ],
    [
      "a text of somebody else in a shell line",
      plan.replace('"$PULL_REQUEST"', "$" + "{{ github.event.pull_request.title }}"),
      "template-injection",
    ],
    [
      "the permissions that a repository gives by itself",
      plan.replaceAll(/^ *permissions:.*\n(?: {6}\S+: \w+\n)*/gm, ""),
      "excessive-permissions",
    ],
  ])("%s, by zizmor", async (_, wrong, audit) => {
    const { code, output } = await zizmorOf(withWorkflow(wrong));
    expect(output).toContain(audit);
    expect(code).not.toBe(0);
  });
});

test.each(workflows)("%s gives no permission but those that a job names", (_, text) => {
  expect(text).toMatch(/^permissions: \{\}$/m);
  expect(text.match(/^ {4}permissions:$/gm)).toHaveLength((text.match(/^ {4}runs-on: /gm) ?? []).length);
});

test("each step is one line that a person can run, too", () => {
  const lines = [...files.values()].flatMap((text) => [...text.matchAll(/^ +(?:- )?run: (.*)$/gm)]);
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  expect(lines.length).toBeGreaterThan(10);
  for (const [, line = ""] of lines) {
    expect(line).not.toMatch(/^[|>]|\$\{\{/);
    for (const [, script = ""] of line.matchAll(/npm run (?:--silent )?([\w:-]+)/g))
      expect(Object.keys(scripts)).toContain(script);
  }
});

test("credentials for AWS are had by no job that writes to GitHub, and for a fork by none", () => {
  for (const [path, text] of workflows)
    for (const job of text.split(/^ {2}(?=\w+:$)/m))
      expect([path, /id-token: write/.test(job) && /(requests|issues|contents): write/.test(job)]).toEqual([
        path,
        false,
      ]);
  expect(files.get(join("workflows", "plan.yml"))).toMatch(
    /^ {4}if: github\.event\.pull_request\.head\.repo\.full_name == github\.repository$/m,
  );
});
