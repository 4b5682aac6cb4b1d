import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { digestOf } from "../../../scripts/review/digest";
import { BUDGET, render } from "../../../scripts/review/markdown/render";
import { type Review, reviewPlans } from "../../../scripts/review/review";
import { showReview } from "../../../scripts/review/shown-review";
import { planText, reviewed, type WrittenChange } from "./support/plans";

const ROOT = join(__dirname, "..", "..", "..");

const many = (count: number, change: (index: number) => WrittenChange) =>
  reviewPlans([
    { stack: "stack", text: planText(Array.from({ length: count }, (_, index) => change(index))) },
  ]);

const cluster = (index: number): WrittenChange => ({
  type: "aws_rds_cluster",
  address: `aws_rds_cluster.Database-${index}_Cluster`,
  before: { deletion_protection: true, preferred_backup_window: "a".repeat(100) },
  after: { deletion_protection: false, preferred_backup_window: "b".repeat(100) },
});

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

describe("the digest", () => {
  const plan = (before: object, after: object, more: Partial<WrittenChange> = {}): Review =>
    reviewed([{ before: { ...before }, after: { ...after }, ...more }]);

  test("is the same whatever the order of keys, and whoever names the plan's version", () => {
    const one = plan({ a: 1 }, { a: 2, b: { c: 1, d: 2 } });
    const other = reviewed([{ before: { a: 1 }, after: { b: { d: 2, c: 1 }, a: 2 } }], {
      terraform_version: "1.12.0",
    });
    expect(other.digest).toBe(one.digest);
  });

  test("is another one for another change, action or stack", () => {
    const { digest } = plan({ a: 1 }, { a: 2 });
    const others = [
      plan({ a: 1 }, { a: 3 }),
      plan({ a: 1 }, { a: 2 }, { actions: ["delete", "create"] }),
      plan({ a: 1 }, { a: 2 }, { address: "a.other" }),
      reviewPlans([{ stack: "other", text: planText([{ before: { a: 1 }, after: { a: 2 } }]) }]),
    ].map((one) => one.digest);
    expect(new Set([digest, ...others]).size).toBe(5);
  });

  test("does not tell one secret from another, but a change from none", () => {
    const secret = (before: string, after: string) =>
      plan({ password: before, n: 1 }, { password: after, n: 2 }).digest;
    expect(secret("a", "b")).toBe(secret("c", "d"));
    expect(secret("a", "a")).not.toBe(secret("a", "b"));
  });

  const variable = (name: string, after: string, more: Partial<WrittenChange> = {}) =>
    plan(
      { environment: [{ variables: {} }] },
      { environment: [{ variables: { [name]: after } }] },
      {
        type: "aws_lambda_function",
        ...more,
      },
    ).digest;
  const userData = (...lines: string[]) =>
    plan({}, { user_data_base64: gzipSync(lines.join("\n")).toString("base64") }, { type: "aws_instance" })
      .digest;

  test("tells values from one another that only their type hides", () => {
    expect(variable("DATABASE_HOST", "a.example.com")).not.toBe(variable("DATABASE_HOST", "b.example.com"));
    expect(variable("DATABASES", '{"a":{"port":1}}')).not.toBe(variable("DATABASES", '{"a":{"port":2}}'));
    expect(userData("#!/bin/sh", "echo one")).not.toBe(userData("#!/bin/sh", "echo two"));
  });

  test("tells files of a server's user data from one another, also beside a line that looks like a secret", () => {
    const node = (...lines: string[]) => {
      const key = ["-----BEGIN PRIVATE KEY-----", "horse", "-----END PRIVATE KEY-----"];
      const content = ["TOKEN=hvs.CAESIJlU9JMYEhOPYv4", ...key, ...lines].join("\n");
      return userData("#cloud-config", JSON.stringify({ write_files: [{ path: "/etc/node.env", content }] }));
    };
    const artifact = (text: string) => {
      const hash = createHash("sha256").update(text).digest("hex");
      return `ARTIFACTS=bin/server=${hash}=vault-server/${hash}`;
    };
    expect(node("HOST=a.example.com")).not.toBe(node("HOST=b.example.com"));
    expect(node(artifact("one"))).not.toBe(node(artifact("two")));
    expect(node("hvs.CAESIJlU9JMYEhOPaaa")).toBe(node("hvs.CAESIJlU9JMYEhOPbbb"));
    expect(node("KEY=f3Jk92LmQx7Zb1Tn8Vw5")).toBe(node("KEY=a9Xw31RtLs6Yc2Pm5Hd8"));
  });

  test("does not tell secrets from one another whose name stands in the line before, also beside a key", () => {
    const key = ["-----BEGIN PRIVATE KEY-----", "horse", "-----END PRIVATE KEY-----"];
    for (const before of [[], key]) {
      const node = (password: string) => userData(...before, "password:", `  ${password}`);
      expect(node("hunter2")).toBe(node("letmein"));
    }
  });

  test("does not tell random tokens from one another that could be base64", () => {
    const [one, other] = ["f3Jk92LmQx7Zb1Tn8Vw5", "a9Xw31RtLs6Yc2Pm5Hd8"] as const;
    expect(variable("A", one)).toBe(variable("A", other));
    expect(variable("A", JSON.stringify({ a: one }))).toBe(variable("A", JSON.stringify({ a: other })));
  });

  const action = (config_values: object, more: object = {}) =>
    reviewed([], { action_invocations: [{ address: "action.a.b", type: "a", config_values, ...more }] })
      .digest;
  const provisioner = (name: string, constant_value: string) => {
    const provisioners = [{ type: "local-exec", expressions: { [name]: { constant_value } } }];
    const resources = [{ address: "a.b", mode: "managed", type: "a", provisioners }];
    return reviewed([], { configuration: { root_module: { resources } } }).digest;
  };

  test("tells actions by their arguments and provisioners by their commands", () => {
    expect(action({ payload: '{"step":1}' })).not.toBe(action({ payload: '{"step":2}' }));
    expect(provisioner("command", "true")).not.toBe(provisioner("command", "false"));
  });

  const code = (hash: string, folder = "efc0e886dea62c8c6a8d1cd216b9c1eb") =>
    plan(
      { source_code_hash: "78Doht6mLIxqjRzSFrnB68l9dfhmlnZxMoTAfyWc4P4=" },
      { source_code_hash: hash, filename: `assets/Function_Code_Asset_C35A80C8/${folder}/orders.zip` },
      { type: "aws_lambda_function" },
    ).digest;

  test("tells one code of a function from another, by its hash and by its file", () => {
    const [one, other] = [
      "AAAAsfrmXR7vgjpoDMobHX9u5esCs+2XCzlrKto28Vg=",
      "ZyX9wVu8TsR7qPo6NmL5kJi4HgF3eDc2Ba1z0Yx9Wv8=",
    ] as const;
    expect(code(one)).toBe(code(one));
    expect(code(one)).not.toBe(code(other));
    expect(code(one)).not.toBe(code(one, "3f9ac07b21d84e65a0c19b7f5d2e8a43"));
  });

  test.each(["etag", "sha256", "source_hash", "ca_cert_file"])(
    "tells files from one another by %s",
    (name) => {
      const value = (hex: string) =>
        plan({}, { [name]: name === "ca_cert_file" ? `assets/a/${hex.slice(32)}/ca.pem` : hex }).digest;
      const [one, other] = ["a", "b"].map((text) => createHash("sha256").update(text).digest("hex"));
      expect(value(String(one))).not.toBe(value(String(other)));
    },
  );

  test("does not tell hashes of passwords from one another, nor secrets that stand where a hash does", () => {
    const md5 = (text: string) => plan({}, { hash: createHash("md5").update(text).digest("hex") }).digest;
    expect(md5("horse")).toBe(md5("battery"));
    const known = (text: string) => {
      const secret = createHash("sha256").update(text).digest("base64");
      const hidden = { address: "a.b", after: { password: secret } };
      return reviewed([hidden, { after: { source_hash: secret } }]).digest;
    };
    expect(known("horse")).toBe(known("battery"));
  });

  const provider = (expressions: object, more: object = {}) => {
    const region = { constant_value: "ap-northeast-2" };
    const name = "registry.terraform.io/hashicorp/aws";
    const aws = { name: "aws", full_name: name, expressions: { region, ...expressions }, ...more };
    return reviewed([{ before: { a: 1 }, after: { a: 2 } }], { configuration: { provider_config: { aws } } })
      .digest;
  };

  test("tells plans from one another by what their providers are set to, and by their versions", () => {
    const role = (account: string) => ({
      assume_role: [{ role_arn: { constant_value: `arn:aws:iam::${account}:role/x` } }],
    });
    const endpoint = (host: string) => ({ endpoints: [{ lambda: { constant_value: `https://${host}` } }] });
    const digests = [
      provider({}),
      provider(role("999999999999")),
      provider(role("111122223333")),
      provider(endpoint("a.example.com")),
      provider(endpoint("b.example.com")),
      provider({ region: { constant_value: "us-east-1" } }),
      provider({}, { version_constraint: "6.22.1" }),
      provider({}, { full_name: "registry.terraform.io/somebody/aws" }),
    ];
    expect(new Set(digests).size).toBe(digests.length);
  });

  test("is the same wherever the variables of a provider come from, and whatever its secrets are", () => {
    const address = { address: { references: ["var.vault_address"] } };
    const tunnelled = { variables: { vault_address: { value: "https://127.0.0.1:41234" } } };
    const [here, there] = [{}, tunnelled].map(
      (more) =>
        reviewed([{ after: { a: 1 } }], {
          configuration: { provider_config: { vault: { name: "vault", expressions: address } } },
          ...more,
        }).digest,
    );
    expect(here).toBe(there);
    const secret = (name: string, value: string) => provider({ [name]: { constant_value: value } });
    for (const name of ["token", "secret_key", "password"])
      expect(secret(name, "horse-battery")).toBe(secret(name, "correct-horse"));
  });

  test("is another one if other rules find something, or if what they find is more severe", () => {
    const { plans, risks } = reviewed([cluster(1)]);
    const others = [risks, risks.slice(1), risks.map((one) => ({ ...one, severity: "notice" as const }))];
    expect(new Set(others.map((found) => digestOf(plans, found))).size).toBe(3);
    const elsewhere = risks.map((one) => ({ ...one, stack: "other" }));
    expect(digestOf(plans, [...risks, ...elsewhere])).toBe(digestOf(plans, risks));
  });

  test("of a stack is the same beside other stacks as alone", () => {
    const texts = ["one", "two"].map((stack, at) => ({ stack, text: planText([cluster(at)]) }));
    const both = JSON.parse(showReview(reviewPlans(texts), "json").text).stacks;
    expect(both.map(({ digest }: Review) => digest)).toEqual(texts.map((one) => reviewPlans([one]).digest));
  });

  test.each([
    ["the name of an argument", (value: string) => action({ password: value })],
    ["the mark of an argument", (value: string) => action({ a: value }, { config_sensitive: { a: true } })],
    ["the look of a command", (value: string) => provisioner("command", `true --password ${value}`)],
    ["a name", (value: string) => variable("DB_PASSWORD", value)],
    ["a name in JSON", (value: string) => variable("DATABASES", `{"a":{"password":"${value}"}}`)],
    ["a mark", (value: string) => variable("A", value, { sensitive: { environment: true } })],
    ["the look", (value: string) => variable("A", `hvs.CAESIJlU9JMYEh${value}`)],
    ["a key around it", (value: string) => userData("-----BEGIN X-----", value, "-----END X-----", "echo")],
    ["the line before", (value: string) => userData("#!/bin/sh", "password:", value)],
    ["the look of a line", (value: string) => userData("#!/bin/sh", `password=${value}`)],
  ])("does not tell values from one another of which %s says that they are secrets", (_, digest) => {
    expect(digest("horse-battery")).toBe(digest("correct-horse"));
  });
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
