import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { BUDGET, render } from "../../../scripts/review/markdown/render";
import { reviewPlans } from "../../../scripts/review/review";
import { showReview } from "../../../scripts/review/shown-review";
import { cluster, planText, reviewed, type WrittenChange } from "./support/plans";

const ROOT = join(__dirname, "..", "..", "..");

const many = (count: number, change: (index: number) => WrittenChange) =>
  reviewPlans([
    { stack: "stack", text: planText(Array.from({ length: count }, (_, index) => change(index))) },
  ]);

/** Rows of the risk table. */
const riskRows = (text: string) =>
  text.split("\n").filter((line) => /^\| \*?\*?(block|high|medium|notice)/.test(line));

test("the verdict is on top, then the risks, then the counts, then the resources", () => {
  const text = render(
    reviewed([
      cluster(1),
      { type: "aws_secretsmanager_secret", actions: ["delete", "create"], before: {}, after: {} },
    ]),
  );
  expect(text).toContain("**Blocked**: must not be applied, unless somebody approves exactly this plan");
  const places = ["**Blocked**", "| severity |", "| stack | create |", "<details"].map((part) =>
    text.indexOf(part),
  );
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places[0]).toBeGreaterThanOrEqual(0);
  expect(text).toContain("Create 0, update 1, **replace 1**, destroy 0");
});

test("a replacement says why, and stands open", () => {
  const text = render(
    reviewed([
      {
        actions: ["delete", "create"],
        before: { name: "a" },
        after: { name: "b" },
        change: { replace_paths: [["name"]] },
        more: { action_reason: "replace_because_cannot_update" },
      },
    ]),
  );
  expect(text).toContain("<details open>");
  expect(text).toContain("replace because cannot update; because of <code>name</code>");
  expect(text).toContain('- name: "a"  # forces replacement');
});

test("in a terminal, what follows a name that ends like a secret's is no value", () => {
  const policy = {
    Statement: { Sid: "Any", Effect: "Allow", Action: "secretsmanager:PutSecretValue", Resource: "*" },
  };
  const address = "aws_iam_policy.of_the_secret";
  const review = reviewed([{ type: "aws_iam_policy", address, after: { policy: JSON.stringify(policy) } }]);

  expect(showReview(review, "terminal").text).toMatch(/R18 Rotation function may write any secret \| /);
});

test("noise is folded into one list", () => {
  const text = render(
    reviewed([
      { address: "a.tags", before: { tags: { a: "1" } }, after: { tags: { a: "2" } } },
      {
        address: "a.unknown",
        type: "aws_lambda_function",
        before: { qualified_arn: "1" },
        after: {},
        unknown: { qualified_arn: true },
      },
      {
        address: "a.code",
        type: "aws_lambda_function",
        before: { source_code_hash: "a" },
        after: { source_code_hash: "b" },
      },
    ]),
  );
  expect(text).toContain("Noise (3)");
  for (const kind of ["tags only", "known after apply only", "code only"])
    expect(text).toContain(`: ${kind}`);
});

test("a tag that tells the rotation function something is no noise", () => {
  const tags = { "rotation:grants": "CREATE:database" };
  const text = render(
    reviewed([{ type: "aws_secretsmanager_secret", before: { tags: {} }, after: { tags, tags_all: tags } }]),
  );
  expect(text).not.toContain("Noise");
  expect(text).toContain('+ tags.rotation:grants: "CREATE:database"');
});

test("drift, moves, imports, what is forgotten, outputs and actions are shown", () => {
  const drifted = {
    address: "a.drifted",
    mode: "managed",
    type: "a",
    change: { actions: ["update"], before: { x: 1 }, after: { x: 2 } },
  };
  const text = render(
    reviewed(
      [
        {
          address: "a.moved",
          actions: ["no-op"],
          before: {},
          after: {},
          more: { previous_address: "a.old" },
        },
        {
          address: "a.imported",
          actions: ["no-op"],
          before: {},
          after: {},
          change: { importing: { id: "x" } },
        },
        { address: "a.forgotten", actions: ["forget"], before: {} },
      ],
      {
        resource_drift: [drifted],
        output_changes: { host: { actions: ["create"], before: null, after: "db", after_unknown: false } },
        // Written by hand, in the documented format of Terraform 1.14.
        action_invocations: [
          {
            address: "action.aws_lambda_invoke.it",
            type: "aws_lambda_invoke",
            config_values: { payload: "x" },
            lifecycle_action_trigger: {
              triggering_resource_address: "a.moved",
              action_trigger_event: "AfterUpdate",
            },
          },
        ],
      },
    ),
  );
  for (const part of [
    "moved from <code>a.old</code>",
    "imported",
    "<b>forget</b>",
    "<code>a.drifted</code>: x",
    "with payload",
  ])
    expect(text).toContain(part);
  expect(text).toContain("create <code>host</code>");
});

test("a plan with an unknown kind of change is not shown as something else", () => {
  expect(() => reviewed([{ actions: ["create", "update"], before: {}, after: {} }])).toThrow(
    "actions must be ones",
  );
});

const NASTY = [
  "</details></summary><script>alert(1)</script>",
  "| a | b |\n|---|---|\n# heading",
  "`` ``` ```` ~~~",
  "@everyone fixes #1, see https://example.com www.example.com [a](javascript:b) ![x](y)",
  "**Safe** \u202e efas \u0007 \u200b <!-- x -->",
];

test.each(NASTY)("%j is text wherever it stands", (text) => {
  const review = reviewed(
    [
      {
        address: `a.b["${text}"]`,
        before: { [text]: "a", list: [text] },
        after: { [text]: text, list: [`${text}!`] },
        more: { previous_address: text },
      },
      {
        address: "aws_security_group_rule.x",
        type: "aws_security_group_rule",
        after: { cidr_blocks: [text] },
      },
    ],
    { output_changes: { [text]: { actions: ["create"], before: null, after: text, after_unknown: false } } },
  );
  const prose = render(review).replaceAll(/(`{3,})diff\n[\s\S]*?\n\1(?!`)/g, "");
  expect(prose).not.toMatch(
    /<(?!\/?(details|summary|b|code)\b)|<\/details><\/summary>|@|https?:|www\.|\]\(|`{2,}|[\u202e\u200b]/,
  );
  expect(prose).not.toContain("\u0007");
  expect(prose.match(/<details/g)?.length).toBe(prose.match(/<\/details>/g)?.length);
  expect(riskRows(prose).every((row) => row.split("|").length === 6)).toBe(true);
  expect(prose).not.toMatch(/^# /m);
});

test.each([10, 100, 1_000, 5_000])("with %d risks it fits, and every rule is in the risk table", (count) => {
  const review = many(count, cluster);
  const text = render(review);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(BUDGET);
  const found = new Set(review.risks.map(({ rule }) => rule));
  for (const rule of found) expect(riskRows(text).join()).toContain(`| ${rule} `);
});

test("bodies of the resources with the least risk go first", () => {
  const safe = {
    address: "a.safe",
    type: "aws_secretsmanager_secret",
    before: { description: "a ".repeat(100) },
    after: { description: "b ".repeat(100) },
  };
  const text = render(many(150, (index) => (index === 149 ? safe : cluster(index))));
  expect(text).toContain("<code>a.safe</code> _(left out)_");
  expect(text).toContain("- deletion_protection: true");
});

test("a value of any size does not break it", () => {
  const text = render(reviewed([{ before: { note: "a" }, after: { note: "b ".repeat(100_000) } }]));
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(BUDGET);
  expect(text).toContain("(200002 characters)");
});

test("1,000 resources take twice the time of 50 copies of the plan at most, and less than 200 MB", () => {
  const program = `
    const { planText } = require("./__tests__/scripts/review/support/plans");
    const { reviewPlans } = require("./scripts/review/review");
    const { showReview } = require("./scripts/review/shown-review");
    const policy = (n) => JSON.stringify({ Statement: Array.from({ length: 8 }, (_, i) => ({
      Effect: "Allow", Action: ["a:B" + i, "a:C" + n], Resource: "arn:aws:s3:::bucket/" + i })) });
    const password = (n) => "Zq7!vKd2pXw9-mRt4" + n;
    const changes = Array.from({ length: 1000 }, (_, n) => ({
      type: n % 2 ? "aws_iam_role_policy" : "aws_rds_cluster",
      address: "aws_thing.Some_Construct-" + n,
      actions: n ? undefined : ["delete", "create"],
      before: { policy: policy(1), master_password: password(n), tags: { a: "b" }, description: "x ".repeat(200) },
      after: { policy: policy(2), master_password: password(n), tags: { a: "c" }, description: "y ".repeat(200) } }));
    const text = planText(changes);
    const seconds = (work) => {
      const started = process.cpuUsage();
      work();
      const { user, system } = process.cpuUsage(started);
      return (user + system) / 1e6;
    };
    const review = () => showReview(reviewPlans([{ stack: "big", text }]), "markdown");
    const { verdict } = review();
    const { maxRSS } = process.resourceUsage();
    const copies = () => Array.from({ length: 50 }, () => JSON.stringify(JSON.parse(text)).length);
    const runs = Array.from({ length: 3 }, () => [seconds(review), seconds(copies)]);
    const [ofReview, ofCopies] = [0, 1].map((index) => Math.min(...runs.map((run) => run[index])));
    console.log(JSON.stringify({ ratio: ofReview / ofCopies, megabytes: maxRSS / 1024, verdict }));
  `;
  const words = ["--require", "tsx/cjs", "--eval", program];
  const { ratio, megabytes, verdict } = JSON.parse(
    execFileSync(process.execPath, words, { cwd: ROOT, encoding: "utf8" }),
  );
  expect(verdict).toBe("blocked");
  // Processor time of the best runs. To copy the plan 50 times takes about half a second on an idle machine; a busy
  // one slows both down.
  expect(ratio).toBeLessThan(2);
  expect(megabytes).toBeLessThan(200);
});
