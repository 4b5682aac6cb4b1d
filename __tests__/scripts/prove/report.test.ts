import { proofReport, type ReportOptions } from "../../../scripts/prove/report";
import { load } from "../../support/environment-files";
import { shippedSettings } from "../../support/shipped";

const environment = load(shippedSettings("local"));

function report(stages: ReportOptions["stages"], ended = true): string {
  const when = new Date("2026-11-28T20:00:00Z");
  return proofReport({ environment, versions: { Terraform: "1.11.0" }, stages, ended, when });
}

const held = { title: "deploy", milliseconds: 72_000, detail: "done", held: true };

test("a report says when, with what, and what each stage saw", () => {
  expect(report([held])).toBe(`# Proof of the environment dev

**Everything held.**

| what | value |
|---|---|
| date | 2026-11-28T20:00:00.000Z |
| region | ap-northeast-2 |
| backends | native |
| database main | aurora-postgresql 16.8, created |
| database billing | aurora-mysql 8.0.mysql_aurora.3.10.0, created |
| secrets | alternating-users, single-user |
| functions | nodejs22.x on arm64 |
| Terraform | 1.11.0 |

| stage | time | held | seen |
|---|---|---|---|
| deploy | 1 min 12 s | yes | done |
`);
});

test("of a function whose folder says what runs it, the report says that", () => {
  const functions = environment.functions.map((one) => ({ ...one, runtime: undefined }));
  const when = new Date(0);
  const text = proofReport({
    environment: { ...environment, functions },
    versions: {},
    stages: [],
    ended: true,
    when,
  });
  expect(text).toContain("| functions | its folder's runtime on arm64 |");
});

test("a report names the stage that did not hold first", () => {
  const text = report([held, { ...held, title: "plan after the rotations", held: false }]);
  expect(text).toContain("**Not proved: plan after the rotations.**");
  expect(text).toContain("| plan after the rotations | 1 min 12 s | **no** |");
});

test("what did not come to its end has not held, whatever its stages say", () => {
  for (const stages of [[], [held]])
    expect(report(stages, false)).toContain("**Not proved: it did not come to its end.**");
});

test("a report says no account", () => {
  const text = report([
    { ...held, detail: "arn:aws:lambda:ap-northeast-2:123456789012:function:a of 210987654321" },
  ]);
  expect(text).toContain("arn:aws:lambda:ap-northeast-2:ACCOUNT:function:a of ACCOUNT");
});

test("a report names no person that a session is named after", () => {
  const detail = "User: arn:aws:sts::123456789012:assumed-role/admin/jo@example.com is not authorized";
  expect(report([{ ...held, detail }])).toContain("assumed-role/admin/SESSION is not authorized");
});

test.each(["password: Zq7!vKd2pXw9-mRt4", "token hvs.CAESIJx0vPq2mTz8", "-----BEGIN PRIVATE KEY-----"])(
  "a line that looks as if it held a secret is left out: %s",
  (detail) => {
    const text = report([held, { ...held, detail }]);
    expect(text).not.toContain(detail);
    expect(text).toContain("left out: the line looks as if it held a secret");
  },
);

test("a message of somebody else's program breaks no table", () => {
  const text = report([{ ...held, detail: "one\ntwo | three <b>" }]);
  expect(text).toContain("| one two \\| three &lt;b> |");
});
