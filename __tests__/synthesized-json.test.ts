import { readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { RdsCluster } from "@cdktf/provider-aws/lib/rds-cluster";
import { TerraformOutput } from "cdktf";
import { leaksIn } from "./support/leaks";
import { projectRoot, shippedWith, synthesizeEnvironment, variants } from "./support/shipped";
import { type Attributes, synthesize } from "./support/template";

const rich = shippedWith("dev", ["vault", "native"], {
  fallback: true,
  "vault.auth": { awsCredentials: { kind: "iam-user" } },
  "vault.testSecret": "orders",
  "vault.extension": { delivery: "file" },
});

describe.each([...variants, ["dev with an access key and a test secret", rich] as const])(
  "%s",
  (_, environment) => {
    const { directory, stacks, stack } = synthesizeEnvironment(environment);

    // The emulator takes any key.
    const known = environment.emulator ? [{ kind: "a literal password", found: '"secret_key": "test' }] : [];

    test.each(Object.keys(stacks))("%s holds no token, secret, path of this machine or way out", (part) => {
      expect(leaksIn(stack(part).text, [directory])).toEqual(known);
    });

    test("nor does the manifest", () => {
      expect(leaksIn(readFileSync(join(directory, "manifest.json"), "utf8"), [directory])).toEqual([]);
    });

    test("has no file that nobody looked at", () => {
      const files = readdirSync(directory, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => entry.name);
      const zips = environment.functions.map(({ code }) => `${basename(code)}.zip`);
      const rotation = environment.backends.includes("native") ? ["rotation.zip"] : [];
      const { credentialHealth, quotaMonitor } = environment.operations || {};
      const monitors = [
        ...(credentialHealth ? ["credential-health.zip"] : []),
        ...(quotaMonitor ? ["quota-monitor.zip"] : []),
      ];
      const profile = environment.emulator ? ["emulator-profile.ini"] : [];
      expect(new Set(files)).toEqual(
        new Set(["manifest.json", "cdk.tf.json", ...zips, ...rotation, ...monitors, ...profile]),
      );
    });
  },
);

test("what is secret is asked for when Terraform runs: no variable has a value, and none is kept", () => {
  const { variable } = JSON.parse(synthesizeEnvironment(rich).stack("vault").text);
  expect(Object.keys(variable).sort()).toEqual([
    "vault_aws_access_key_id",
    "vault_aws_secret_access_key",
    "vault_test_secret",
  ]);
  for (const [name, { ephemeral, sensitive, ...settings }] of Object.entries<Attributes>(variable)) {
    expect([name, sensitive]).toEqual([name, true]);
    // The id of a key is no secret, and says in the state when the key is another one.
    expect([name, ephemeral]).toEqual([name, name === "vault_aws_access_key_id" ? undefined : true]);
    expect(settings).not.toHaveProperty("default");
  }
});

describe("the search finds", () => {
  // Put together here, so that no scanner takes these samples for the real thing.
  const planted: readonly (readonly [kind: string, sample: string])[] = [
    ["an unresolved token", `{"name": "$${"{TfToken[TOKEN.12]}"}"}`],
    ["an unresolved token", `{"name": "$${"{TFTOKEN[TOKEN.12]}"}"}`],
    ["a number that stands for a token", '{"name": "db--8.1095622125913805e+298"}'],
    ["an AWS access key", `{"id": "${"AKIA"}${"ABCDEFGHIJKLMNOP"}"}`],
    ["a private key", `{"pem": "-----BEGIN EC ${"PRIVATE"} KEY-----\\n"}`],
    ["a Vault token", `{"x": "${"hvs"}.CAESIJ12345678"}`],
    ["a literal password", '{"password": "hunter2"}'],
    ["a literal password", '{"master_password": "hunter2"}'],
    ["a literal password", String.raw`{"secret_string": "{\"username\":\"a\",\"password\":\"hunter2\"}"}`],
    ["a literal password", String.raw`{"secret_string": "${"$"}{jsonencode({\"password\" = \"hunter2\"})}"}`],
    ["a literal password", '{"secret_string": "hunter2"}'],
    ["a literal password", '{"secret_string_wo": "hunter2"}'],
    ["a literal password", '{"client_secret": "hunter2"}'],
    ["a literal password", '{"clientSecret": "hunter2"}'],
    ["a literal password", '{"secret_key": "hunter2"}'],
    ["a literal password", '{"variables": {"AWS_SECRET_ACCESS_KEY": "hunter2"}}'],
    ["a literal password", String.raw`{"data_json": "{\"api-key\":\"hunter2\"}"}`],
    ["a literal password", '{"password": 12345678}'],
    ["a literal password", '{"password1": "hunter2"}'],
    ["a password in a URL", '{"url": "postgres://u:hunter2@h/app"}'],
    ["the whole internet", '{"cidr_ipv4": "0.0.0.0/0"}'],
    ["the whole internet", '{"cidr_ipv6": "::/0"}'],
    ["a way to the internet", '{"resource": {"aws_nat_gateway": {}}}'],
    ["a way to the internet", '{"resource": {"aws_internet_gateway": {}}}'],
    ["a way to the internet", '{"resource": {"aws_route": {}}}'],
    ["a path of this machine", JSON.stringify({ path: join(projectRoot, "terraform.tfstate") })],
    ["a path of this machine", JSON.stringify({ path: join(homedir(), "x") })],
  ];

  test.each(planted)("%s in %s", (kind, sample) => {
    expect(leaksIn(sample).map((leak) => leak.kind)).toContain(kind);
  });

  test("what CDKTF makes of a number in a template string", () => {
    const { template } = synthesize((stack) => {
      const cluster = new RdsCluster(stack, "Cluster", { engine: "aurora-postgresql" });
      new TerraformOutput(stack, "address", { value: `host-${cluster.port}` });
    });
    expect(leaksIn(template.text)).toEqual([
      { kind: "a number that stands for a token", found: expect.stringMatching(/e\+\d+$/) },
    ]);
  });

  test("what CDKTF makes of a reference that code takes apart", () => {
    const { template } = synthesize((stack) => {
      const document = new DataAwsIamPolicyDocument(stack, "Document", {});
      new TerraformOutput(stack, "shouted", { value: document.json.toUpperCase() });
    });
    expect(leaksIn(template.text).map(({ kind }) => kind)).toContain("an unresolved token");
  });
});

test.each([
  `{"password": "$${"{random_password.x.result}"}"}`,
  `{"secret_string": "$${"{jsonencode({"}\\"username\\" = \\"orders\\"})}"}`,
  `{"url": "postgres://$${"{var.user}"}:$${"{var.password}"}@h/app"}`,
  '{"url": "https://vault.example.internal:8200", "mail": "dba@example.com"}',
  String.raw`{"description": "a JSON object, for example {\"api-key\":\"…\"}"}`,
  '{"secret_key_wo_version": 1, "token_ttl": 900, "password_length": 32}',
  '{"manage_master_user_password": true}',
  '{"cidr_block": "10.0.0.0/16"}',
  '{"aws_route_table": {}, "aws_route_table_association": {}}',
  '{"id": "sg-0c3d4e5f67890a1b2"}',
  '{"source_code_hash": "bi3SZUYfR4bfymkMa/muVPccrEzClf8lVvPsQjCLbtQ="}',
])("the search leaves %s alone", (sample) => {
  expect(leaksIn(sample)).toEqual([]);
});
