import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { digestOf } from "../../../scripts/review/digest";
import { type Review, reviewPlans } from "../../../scripts/review/review";
import { showReview } from "../../../scripts/review/shown-review";
import { cluster, planText, reviewed, type WrittenChange } from "./support/plans";

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
