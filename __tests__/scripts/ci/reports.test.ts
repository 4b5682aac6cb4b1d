import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { postComment } from "../../../scripts/ci/comment";
import { GitHub } from "../../../scripts/ci/github";
import { keepIssue } from "../../../scripts/ci/issue";
import { reportsIn } from "../../../scripts/ci/reports";
import { writeReport } from "../../../scripts/deploy/report";
import { FakeGitHub } from "./support/fake-github";

const TOKEN = "a token of the workflow";

let folder: string;
let fake: FakeGitHub;
let github: GitHub;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "reports-"));
  fake = new FakeGitHub(TOKEN);
  github = GitHub.ofWorkflow({
    GITHUB_API_URL: await fake.start(),
    GITHUB_REPOSITORY: "acme/payments",
    GITHUB_TOKEN: TOKEN,
  });
});

afterEach(async () => {
  await fake.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function write(environment: string): Promise<void> {
  const stacks = [{ stack: `${environment}-foundation`, result: "no changes" as const }];
  await writeReport(join(folder, environment), { version: 1, environment, stacks }, []);
}

const reports = async () => await reportsIn(folder, ["dev", "prod"]);

test("an environment without a report keeps the issue about drift open, until it is planned", async () => {
  await write("dev");
  expect(await keepIssue(github, await reports())).toMatch(/is opened/);
  expect(fake.issues[0]?.body).toMatch(/## prod\n[\s\S]*<code>prod-&#42;<\/code> \| \*\*not planned\*\*: /);
  expect(fake.issues[0]?.body).not.toContain("## dev");

  expect(await keepIssue(github, await reports())).toMatch(/is written again/);
  expect(fake.issues).toEqual([expect.objectContaining({ state: "open" })]);

  await write("prod");
  expect(await keepIssue(github, await reports())).toMatch(/is closed/);
});

test("an environment without a report loses what its comment said before", async () => {
  await write("prod");
  for (const report of await reports()) await postComment(github, 7, report);
  rmSync(join(folder, "prod"), { recursive: true });
  for (const report of await reports()) await postComment(github, 7, report);

  const [, prod, ...others] = fake.comments;
  expect(prod?.body).toMatch(/^<!-- plan of prod -->[\s\S]*⛔ \*\*Cannot be approved\*\*/);
  expect(prod?.body).not.toContain("Nothing changes");
  expect(others).toEqual([]);
});

test.each([
  ["that is cut off", (file: string) => writeFileSync(file, '{"version":1,')],
  [
    "of another environment",
    (file: string) => writeFileSync(file, '{"version":1,"environment":"dev","stacks":[]}'),
  ],
])("a report %s counts as none", async (_, damage) => {
  await write("dev");
  await write("prod");
  damage(join(folder, "prod", "report.json"));
  const [dev, prod] = await reports();
  expect(dev?.stacks).toEqual([{ stack: "dev-foundation", result: "no changes" }]);
  expect(prod?.stacks).toEqual([expect.objectContaining({ result: "not planned" })]);
});
