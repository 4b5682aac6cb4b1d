import { policyCharacters } from "../constructs/environment/values/policy-size";
import { changed, load, problems } from "./support/environment-files";
import { shippedSettings, synthesizeEnvironment } from "./support/shipped";
import type { Attributes, Template } from "./support/template";

/** As long as what Terraform knows only after an apply: an ARN, of a superuser's secret the longest; a cluster's id. */
const ARN = "u".repeat(110);
const CLUSTER_ID = "c".repeat(34);

/** What AWS limits, by the resource that has it; the sources are beside the loader's rules and in the emulator. */
const LIMITS = {
  "inline policies of a role": 10_240,
  "trust policy": 2_048,
  "endpoint policy": 20_480,
  "key policy": 32_768,
  "secret policy": 20_480,
  "event pattern": 2_048,
  "bytes of variables": 4_096,
  "widgets of a dashboard": 500,
  "rules of a security group": 60,
  tags: 50,
} as const;

type Measures = Record<keyof typeof LIMITS, number>;

/** An environment with as many tags as it may have, all of whose secrets one function reads. */
function grown(secrets: number): Attributes {
  const names = Array.from({ length: secrets }, (_, index) => `orders-${String(index).padStart(4, "0")}`);
  const grants = [{ on: "schema", schema: "public", privileges: ["USAGE"] }];
  return changed(shippedSettings("dev"), {
    operations: {},
    tags: Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`tag-${index}`, "x"])),
    "databases.main.instances": 15,
    secrets: names.map((name) => ({
      name,
      user: name,
      strategy: "single-user",
      groupRoles: ["pg_read_all_data"],
      grants,
      iamUser: `${name}_iam`,
    })),
    functions: [{ name: "reader", code: "lambda/samples/orders", secrets: names }],
  });
}

/** The largest of each kind in any stack. */
function measure(secrets: number): Measures {
  const { stacks } = synthesizeEnvironment(load(grown(secrets)));
  const each = Object.values(stacks).map(measuresOf);
  const kinds = Object.keys(LIMITS) as (keyof Measures)[];
  return Object.fromEntries(
    kinds.map((kind) => [kind, Math.max(...each.map((one) => one[kind]))]),
  ) as Measures;
}

function measuresOf(stack: Template): Measures {
  const policies = (type: string, attribute: string) =>
    stack.resources(type).map((resource) => ({ resource, size: policySize(stack, resource[attribute]) }));
  const largest = (type: string, attribute: string) =>
    Math.max(0, ...policies(type, attribute).map(({ size }) => size));
  const ofRoles = sums(
    policies("aws_iam_role_policy", "policy").map(({ resource, size }) => [resource.role, size]),
  );
  const rules = ["ingress", "egress"].flatMap((way) =>
    sums(stack.resources(`aws_vpc_security_group_${way}_rule`).map((rule) => [rule.security_group_id, 1])),
  );
  const numbers = (type: string, size: (resource: Attributes) => number) =>
    Math.max(0, ...stack.resources(type).map(size));
  return {
    "inline policies of a role": Math.max(0, ...ofRoles),
    "trust policy": largest("aws_iam_role", "assume_role_policy"),
    "endpoint policy": largest("aws_vpc_endpoint", "policy"),
    "key policy": largest("aws_kms_key", "policy"),
    "secret policy": largest("aws_secretsmanager_secret_policy", "policy"),
    "event pattern": numbers("aws_cloudwatch_event_rule", ({ event_pattern }) => known(event_pattern).length),
    "bytes of variables": numbers("aws_lambda_function", ({ environment }) =>
      Buffer.byteLength(
        known(
          Object.entries(environment?.variables ?? {})
            .flat()
            .join(""),
        ),
      ),
    ),
    "widgets of a dashboard": numbers(
      "aws_cloudwatch_dashboard",
      ({ dashboard_body }) => JSON.parse(dashboard_body).widgets.length,
    ),
    "rules of a security group": Math.max(0, ...rules),
    tags: numbers("aws_secretsmanager_secret", ({ tags }) => Object.keys(tags).length) + defaultTags(stack),
  };
}

function defaultTags(stack: Template): number {
  const [{ tags } = { tags: {} }] = stack.provider("aws").default_tags;
  return Object.keys(tags).length;
}

/** With something in the place of each reference. */
function known(text: string): string {
  return text.replaceAll(/\$\{[^}]*\}/g, (reference) =>
    reference.includes("cluster_resource_id") ? CLUSTER_ID : ARN,
  );
}

function policySize(stack: Template, policy: unknown): number {
  if (policy === undefined) return 0;
  const principals = stack.statements(policy).flatMap((one) => one.principals ?? []);
  const statements = JSON.parse(known(JSON.stringify(stack.statements(policy))));
  return policyCharacters(statements) + JSON.stringify(principals).length;
}

function sums(entries: readonly (readonly [string, number])[]): number[] {
  const totals = new Map<string, number>();
  for (const [key, size] of entries) totals.set(key, (totals.get(key) ?? 0) + size);
  return [...totals.values()];
}

describe("as the secrets grow that one function reads", () => {
  const kinds = Object.keys(LIMITS) as (keyof Measures)[];
  let one: Measures;
  let twenty: Measures;

  beforeAll(() => {
    [one, twenty] = [measure(1), measure(20)];
  });

  test.each(kinds)("1 and 20 meet no limit of: %s", (kind) => {
    expect(one[kind]).toBeGreaterThan(0);
    expect(twenty[kind]).toBeLessThanOrEqual(LIMITS[kind]);
  });

  test("1,000 meet one, which is the only one that grows: the policies of the function's role", () => {
    expect(kinds.filter((kind) => twenty[kind] !== one[kind])).toEqual(["inline policies of a role"]);
    expect(problems(grown(1_000))).toMatchObject([
      { path: "functions[0].secrets", rule: expect.stringContaining("the policies of the function's role") },
    ]);
  });
});
