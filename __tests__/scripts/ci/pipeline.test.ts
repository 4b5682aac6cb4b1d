import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { loadEnvironment } from "../../../constructs/environment";
import { CiStack } from "../../../constructs/stacks/ci-stack";
import { CommandFailed, run } from "../../../scripts/support/processes";
import { detectProviderSource, terraformEnvironment } from "../../../scripts/terraform/provider-source";
import { type AwsEmulator, startAwsEmulator } from "../../../testbed/aws/aws-emulator";
import { withoutAwsSettings } from "../../../testbed/aws/aws-settings";
import type { IamPolicy } from "../../../testbed/aws/iam-policy";
import { changed } from "../../support/environment-files";
import { notAllowed, type Role, shownPolicy } from "../../support/permissions";
import { shippedSettings } from "../../support/shipped";
import { FakeGitHub } from "./support/fake-github";

const ROOT = join(__dirname, "..", "..", "..");
const ACCOUNT = "123456789012";
const BUCKET = "acme-state";
const TOKEN = "a token of the workflow";

jest.setTimeout(300_000);

let root: string;
let emulator: AwsEmulator;
let variables: NodeJS.ProcessEnv;
const github = new FakeGitHub(TOKEN);

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "pipeline-"));
  emulator = await startAwsEmulator({ directory: root });
  const made = await fetch(`${emulator.motoEndpoint}/${BUCKET}`, {
    method: "PUT",
    body: "<CreateBucketConfiguration><LocationConstraint>ap-northeast-2</LocationConstraint></CreateBucketConfiguration>",
  });
  expect(made.status).toBe(200);
  variables = {
    ...withoutAwsSettings(),
    ...(await terraformEnvironment(detectProviderSource(), root)),
    AWS_ENDPOINT_URL: emulator.endpoint,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    ENVIRONMENT: "staging",
    GITHUB_API_URL: await github.start(),
    GITHUB_REPOSITORY: "acme/payments",
    GITHUB_TOKEN: TOKEN,
    GITHUB_RUN_ID: "42",
  };
  synthesize();
});

afterAll(async () => {
  await emulator?.stop();
  await github.stop();
  rmSync(root, { recursive: true, force: true });
});

/**
 * An environment with `ci`, and beside it one without. Its stack with the roles stands for all stacks: it is real, small
 * and soon deployed.
 */
function synthesize(): void {
  const provider = detectProviderSource();
  mkdirSync(join(root, "environments"));
  writeFileSync(join(root, "environments", "draft.json"), "{}");
  const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/ci/secrets-dev-${name}`;
  const settings = changed(shippedSettings("dev"), {
    $schema: undefined,
    account: ACCOUNT,
    state: { kind: "s3", bucket: BUCKET, keyPrefix: "team", kmsKeyId: "alias/state" },
    ci: { repository: "acme/payments" },
    planners: [role("planner")],
    deployers: [role("deployer")],
    emulator: { endpoint: emulator.endpoint },
    ...(provider.kind === "mirror" && { providerVersion: provider.awsVersion }),
  });
  writeFileSync(join(root, "environments", "staging.json"), JSON.stringify(settings));
  const environment = loadEnvironment("staging", { root, variables: {} });
  const app = new App({ outdir: join(root, "cdktf.out"), stackTraces: false });
  new CiStack(app, "staging-ci", { platform: { environment } });
  app.synth();
}

async function script(path: string, words: readonly string[]): Promise<{ code: number; output: string }> {
  const args = ["--require", require.resolve("tsx/cjs"), join(ROOT, path), ...words];
  const env = { ...process.env, ...variables };
  const { code, output } = await run(process.execPath, args, { cwd: root, env }).catch((error) => {
    if (error instanceof CommandFailed) return error;
    throw error;
  });
  return { code, output };
}

const ci = async (...words: string[]) => await script(join("scripts", "ci", "main.ts"), words);
const command = async (...words: string[]) =>
  await script(join("__tests__", "scripts", "deploy", "support", "command.ts"), [
    join(root, "cdktf.out"),
    ...words,
  ]);

/** As the workflows do it; the report is the one that ci: commands look for. */
async function plan(): Promise<{ code: number; output: string }> {
  const planned = await command("diff", "--report", join(root, "reports", "staging"), "--", "-lock=false");
  const file = join(root, "reports", "staging", "report.json");
  writeFileSync(file, readFileSync(file, "utf8").replace('"test"', '"staging"'));
  return planned;
}

const deploy = async () => await command("deploy", "--approved", join(root, "reports", "staging"));
const approvable = async () => (await ci("matrix", "--approvable", "reports")).output;

/** Somebody changes what is deployed. */
async function describeRole(description: string): Promise<void> {
  const query = { Action: "UpdateRole", RoleName: "secrets-dev-deployer", Description: description };
  const changed = await fetch(emulator.endpoint, {
    method: "POST",
    headers: {
      authorization:
        "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/iam/aws4_request, SignedHeaders=, Signature=",
      "content-type": "application/x-www-form-urlencoded",
    },
    body: new URLSearchParams({ ...query, Version: "2010-05-08" }),
  });
  expect(changed.status).toBe(200);
}

const ENTRY = {
  environment: "staging",
  region: "ap-northeast-2",
  planner: `arn:aws:iam::${ACCOUNT}:role/ci/secrets-dev-planner`,
  deployer: `arn:aws:iam::${ACCOUNT}:role/ci/secrets-dev-deployer`,
};

test("a change is planned, shown, approved and applied; drift opens an issue, which closes with it", async () => {
  expect(await ci("matrix")).toEqual({ code: 0, output: `environments=${JSON.stringify([ENTRY])}\n` });

  await withState(["state-planner"], async () =>
    expect(await plan()).toMatchObject({ code: 0, output: expect.stringMatching(/R18 Rotation function/) }),
  );

  github.add(github.comments, "<!-- plan of staging -->\nnot ours", "somebody");
  for (let time = 0; time < 2; time += 1)
    expect(await ci("comment", "reports", "--pull-request", "7")).toMatchObject({ code: 0 });
  expect(github.comments.map(({ body }) => body.split("\n")[1])).toEqual([
    "not ours",
    "## Plan of staging ([run](https://github.com/acme/payments/actions/runs/42))",
  ]);
  expect(github.comments[1]?.body).toContain("aws_iam_role");

  expect(await approvable()).toBe(`environments=${JSON.stringify([ENTRY])}\n`);
  await withState(["state-planner", "state-deployer"], async () =>
    expect(await deploy()).toMatchObject({
      code: 0,
      output: expect.stringMatching(/staging-ci {2}deployed/),
    }),
  );
  await withState(["state-planner"], plan);
  expect(await approvable()).toBe("environments=[]\n");
  expect((await ci("issue", "reports")).output).toBe("Nothing has drifted.\n");

  await describeRole("changed by hand");
  await plan();
  expect(await ci("issue", "reports")).toMatchObject({ code: 0, output: expect.stringMatching(/opened/) });
  expect((await ci("issue", "reports")).output).toMatch(/written again/);
  expect(github.issues).toEqual([
    expect.objectContaining({
      state: "open",
      body: expect.stringMatching(/## staging[\s\S]*staging&#45;ci|staging-ci/),
    }),
  ]);

  await describeRole("changed again, after the approval");
  const refused = await deploy();
  expect(refused.output).toMatch(/its plan is not the approved one/);
  expect(refused.code).toBe(1);

  await describeRole("Workflows of acme/payments: deployer");
  await plan();
  expect((await ci("issue", "reports")).output).toMatch(/closed/);
  expect(github.issues).toEqual([expect.objectContaining({ state: "closed" })]);
});

/** What is called for the state is what these policies allow, and no action of theirs is left over. */
async function withState(roles: readonly Role[], work: () => Promise<unknown>): Promise<void> {
  const before = emulator.calls.length;
  await work();
  const calls = emulator.calls.slice(before).filter(({ service }) => service === "s3");
  const policies = roles.map(statePolicy);
  expect(notAllowed(calls, policies, "secrets-dev", ACCOUNT)).toEqual([]);
  const called = new Set(calls.map(({ action }) => `s3:${action}`));
  const allowed = policies.flatMap(({ Statement }) => [Statement].flat()).flatMap(({ Action }) => Action);
  expect(allowed.filter((action) => action.startsWith("s3:") && !called.has(action))).toEqual([]);
}

/** As docs/permissions.md shows it. */
function statePolicy(role: Role): IamPolicy {
  const text = JSON.stringify(shownPolicy(role, "secrets-dev", ACCOUNT));
  return JSON.parse(text.replaceAll("<bucket>", BUCKET).replaceAll("<keyPrefix>", "team"));
}

test("an environment that GitHub would ask nobody about is not deployed", async () => {
  expect(await ci("reviewers")).toEqual({
    code: 1,
    output: expect.stringMatching(/^GitHub's environment staging must have required reviewers, got none/),
  });
  github.reviewed.add("staging");
  expect(await ci("reviewers")).toMatchObject({ code: 0 });
});

test("a call that GitHub refuses fails, and says what it was", async () => {
  const { GITHUB_TOKEN: _, ...others } = variables;
  variables = { ...others, GITHUB_TOKEN: "another" };
  expect(await ci("comment", "reports", "--pull-request", "7")).toEqual({
    code: 1,
    output: expect.stringMatching(
      /^GitHub answered GET \/issues\/7\/comments\S* with 401: .*Bad credentials/,
    ),
  });
});

test.each([
  [["comment", "reports"], /--pull-request must be a number/],
  [["issue", "nowhere"], /the folder of reports must have some, got "nowhere"/],
])("ci:%s is refused with what is missing", async (words, message) => {
  expect(await ci(...words)).toEqual({ code: 1, output: expect.stringMatching(message) });
});

test("a synth is the same the second time, and what differs is named", async () => {
  // Of the project: the app is there.
  variables = { ...variables, ENVIRONMENT: join(root, "environments", "staging.json") };
  const shown = await script(join("scripts", "ci", "main.ts"), ["synth-twice"]);
  expect(shown).toMatchObject({ code: 0, output: expect.stringMatching(/Both are the same\.\n$/) });
});
