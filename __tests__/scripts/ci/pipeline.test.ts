import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import type { PolicyName } from "../../../constructs/ci/policies";
import { loadEnvironment } from "../../../constructs/environment";
import { CiStack } from "../../../constructs/stacks/ci-stack";
import { detectProviderSource, terraformEnvironment } from "../../../scripts/terraform/provider-source";
import { type AwsEmulator, startAwsEmulator } from "../../../testbed/aws/aws-emulator";
import { withoutAwsSettings } from "../../../testbed/aws/aws-settings";
import { evaluate } from "../../../testbed/aws/iam-policy";
import { Deployed } from "../../../testbed/iam/deployed";
import { notAllowed } from "../../../testbed/iam/deploys/not-allowed";
import { type Place, shownPolicy } from "../../../testbed/iam/deploys/shown-policies";
import { impliedCalls } from "../../../testbed/iam/implied-calls";
import { awsWouldTakeTheRequests } from "../../support/aws-requests";
import { changed } from "../../support/environment-files";
import { placeOf } from "../../support/permissions";
import { shippedSettings } from "../../support/shipped";
import { FakeGitHub } from "./support/fake-github";
import { runJob, shell, stepsOf, writeProject } from "./support/workflow-job";

const ACCOUNT = "123456789012";
const BUCKET = "acme-state";
const STATE = { kind: "s3", bucket: BUCKET, keyPrefix: "team", kmsKeyId: "alias/state" } as const;
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
    GITHUB_API_URL: await github.start(),
    GITHUB_REPOSITORY: "acme/payments",
    GITHUB_RUN_ID: "42",
  };
  synthesize();
  writeProject(root, join(root, "cdktf.out"));
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
    state: STATE,
    ci: { repository: "acme/payments" },
    functions: [],
    planners: [role("planner")],
    deployers: [role("deployer")],
    emulator: { endpoint: emulator.endpoint },
    ...(provider.kind === "mirror" && { providerVersion: provider.awsVersion }),
  });
  writeFileSync(join(root, "environments", "staging.json"), JSON.stringify(settings));
  const environment = loadEnvironment("staging", { root, variables: {} });
  const app = new App({ outdir: join(root, "cdktf.out"), stackTraces: false });
  new CiStack(app, "staging-roles", { platform: { environment } });
  app.synth();
}

/** What GitHub puts into a job of the environment and of pull request 7. */
const expressions = {
  "github.event.pull_request.number": "7",
  "github.token": TOKEN,
  "inputs.vault-token": "",
  "matrix.environment": "staging",
  "secrets.VAULT_TOKEN": "",
};

const job = async (workflow: string, name: string, token = TOKEN) =>
  await runJob(workflow, name, {
    folder: root,
    variables,
    expressions: { ...expressions, "github.token": token },
  });

/** A command that is typed by a person. */
const typed = async (line: string) =>
  await shell(line, root, { ...process.env, ...variables, GITHUB_TOKEN: TOKEN });

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

const ENTRIES = `environments=${JSON.stringify([ENTRY])}\n`;

test("a change is planned, shown, approved and applied; drift opens an issue, which closes with it", async () => {
  for (const workflow of ["plan.yml", "deploy.yml", "drift.yml"])
    expect(await job(workflow, "environments")).toMatchObject({ code: 0, outputs: ENTRIES });

  await withState(["state-planner"], async () => {
    const planned = await job("plan.yml", "plan");
    expect(planned).toMatchObject({ code: 0, output: expect.stringMatching(/R18 Rotation function/) });
    expect(planned.summary).toMatch(/^\| stack \| plan \| digest \|[\s\S]*aws_iam_role/);
  });

  github.add(github.comments, "<!-- plan of staging -->\nnot ours", "somebody");
  for (let time = 0; time < 2; time += 1) expect(await job("plan.yml", "comment")).toMatchObject({ code: 0 });
  expect(github.comments.map(({ body }) => body.split("\n")[1])).toEqual([
    "not ours",
    "## Plan of staging ([run](https://github.com/acme/payments/actions/runs/42))",
  ]);
  expect(github.comments[1]?.body).toContain("aws_iam_role");

  github.reviewed.add("staging");
  expect(await job("deploy.yml", "approvable")).toMatchObject({ code: 0, outputs: ENTRIES });
  await withState(["state-planner", "state-deployer"], async () =>
    expect(await job("deploy.yml", "deploy")).toMatchObject({
      code: 0,
      output: expect.stringMatching(/staging-roles {2}deployed/),
    }),
  );
  await withState(["state-planner"], () => job("deploy.yml", "plan"));
  expect((await job("deploy.yml", "approvable")).outputs).toBe("environments=[]\n");
  expect((await job("drift.yml", "issue")).output).toMatch(/Nothing has drifted\.\n$/);

  await describeRole("changed by hand");
  await job("drift.yml", "plan");
  expect(await job("drift.yml", "issue")).toMatchObject({ code: 0, output: expect.stringMatching(/opened/) });
  expect((await job("drift.yml", "issue")).output).toMatch(/written again/);
  expect(github.issues).toEqual([
    expect.objectContaining({
      state: "open",
      body: expect.stringMatching(/## staging[\s\S]*staging&#45;roles|staging-roles/),
    }),
  ]);

  await describeRole("changed again, after the approval");
  const refused = await job("deploy.yml", "deploy");
  expect(refused.output).toMatch(/its plan is not the approved one/);
  expect(refused.code).toBe(1);

  await describeRole("Workflows of acme/payments: deployer");
  await job("drift.yml", "plan");
  expect((await job("drift.yml", "issue")).output).toMatch(/closed/);
  expect(github.issues).toEqual([expect.objectContaining({ state: "closed" })]);
});

test("an environment whose job left no report is shown as not planned, and nobody is asked about it", async () => {
  rmSync(join(root, "reports"), { recursive: true, force: true });
  github.reviewed.add("staging");
  expect(await job("plan.yml", "comment")).toMatchObject({ code: 0 });
  expect(github.comments.at(-1)?.body).toMatch(/## Plan of staging[\s\S]*⛔ \*\*Cannot be approved\*\*/);
  expect(await job("deploy.yml", "approvable")).toMatchObject({ code: 0, outputs: "environments=[]\n" });
});

/** What is called for the state, and behind that, is what these policies allow, and no action of theirs is left over. */
async function withState(names: readonly PolicyName[], work: () => Promise<unknown>): Promise<void> {
  const before = emulator.calls.length;
  await work();
  const calls = emulator.calls.slice(before).filter(({ service }) => service === "s3");
  const place: Place = { ...placeOf("secrets-dev", ACCOUNT), name: "staging", state: STATE };
  const policies = names.map((name) => shownPolicy(name, place));
  expect(notAllowed(calls, policies, place)).toEqual([]);
  const behind = calls.flatMap(({ action, input: { Bucket, Key } }) =>
    impliedCalls(
      { by, account: ACCOUNT, action: `s3:${action}`, resource: `arn:aws:s3:::${Bucket}/${Key}` },
      encrypted,
    ),
  );
  expect(behind.filter((call) => evaluate(policies, call) !== "allowed")).toEqual([]);
  const called = new Set([
    ...calls.map(({ action }) => `s3:${action}`),
    ...behind.map(({ action }) => action),
  ]);
  const allowed = policies.flatMap(({ Statement }) => [Statement].flat()).flatMap(({ Action }) => Action);
  expect(allowed.filter((action) => !called.has(action))).toEqual([]);
}

const by = { kind: "AWS", arn: `arn:aws:iam::${ACCOUNT}:role/pipeline`, account: ACCOUNT } as const;

/** The bucket of the state has a key, which the emulator asks nobody about. */
const encrypted = new Deployed(ACCOUNT, "ap-northeast-2", [
  {
    stack: "existing",
    mode: "managed",
    type: "aws_s3_bucket_server_side_encryption_configuration",
    name: "state",
    values: {
      bucket: BUCKET,
      rule: [
        {
          apply_server_side_encryption_by_default: [
            {
              kms_master_key_id: `arn:aws:kms:ap-northeast-2:${ACCOUNT}:key/00000000-0000-4000-8000-00000000beef`,
            },
          ],
        },
      ],
    },
  },
]);

test("what is destroyed in the end takes what a deploy takes of the state", async () => {
  await withState(["state-planner", "state-deployer"], async () =>
    expect(await typed("npm run --silent destroy -- --auto-approve")).toMatchObject({
      code: 0,
      output: expect.stringMatching(/staging-roles {2}destroyed/),
    }),
  );
});

test("an environment that GitHub would ask nobody about is not deployed", async () => {
  github.reviewed.clear();
  expect(await job("deploy.yml", "approvable")).toMatchObject({
    code: 1,
    output: expect.stringMatching(/^GitHub's environment staging must have required reviewers, got none/m),
    outputs: "",
  });
});

test("a call that GitHub refuses fails, and says what it was", async () => {
  expect(await job("plan.yml", "comment", "another")).toMatchObject({
    code: 1,
    output: expect.stringMatching(
      /^GitHub answered GET \/issues\/7\/comments\S* with 401: .*Bad credentials/m,
    ),
  });
});

test.each([
  ["ci:comment -- reports", /--pull-request must be a number/],
  ["ci:issue", /the folder of reports must be named, got none/],
])("npm run %s is refused with what is missing", async (words, message) => {
  expect(await typed(`npm run --silent ${words}`)).toEqual({
    code: 1,
    output: expect.stringMatching(message),
  });
});

test("a synth is the same the second time, and what differs is named", async () => {
  const [step] = stepsOf("ci.yml", "synth").slice(-1);
  // Of the project: the app is there.
  const file = join(root, "environments", "staging.json");
  const shown = await shell(String(step?.line), root, { ...process.env, ...variables, ENVIRONMENT: file });
  expect(shown).toMatchObject({ code: 0, output: expect.stringMatching(/Both are the same\.\n$/) });
});

awsWouldTakeTheRequests(() => emulator);
