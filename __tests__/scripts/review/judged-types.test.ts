import { reviewPlans } from "../../../scripts/review/review";
import { JUDGED_DATA, JUDGED_OF_ALL, JUDGED_TYPES } from "../../../scripts/review/rules/judged-types";
import { synthesizeEnvironment, variants } from "../../support/shipped";
import type { Attributes } from "../../support/template";
import { planText, reviewed } from "./support/plans";

type Blocks = Readonly<Record<string, Readonly<Record<string, Attributes>>>>;
interface Stack {
  readonly title: string;
  readonly resource?: Blocks;
  readonly data?: Blocks;
  readonly output?: Readonly<Record<string, Attributes>>;
}

/** Arguments of Terraform itself. */
const META = ["//", "depends_on", "lifecycle", "provider", "count", "for_each"];

const stacks: readonly Stack[] = variants.flatMap(([title, environment]) =>
  Object.entries(synthesizeEnvironment(environment).stacks).map(([name, { text }]) => ({
    ...JSON.parse(text),
    title: `${title}: ${name}`,
  })),
);

const typesOf = (block: "resource" | "data") =>
  [...new Set(stacks.flatMap((stack) => Object.keys(stack[block] ?? {})))].sort();

test("the judged types are those that the shipped environments deploy", () => {
  expect(Object.keys(JUDGED_TYPES).sort()).toEqual(typesOf("resource"));
});

test("the judged data sources are those that the shipped environments read", () => {
  expect([...JUDGED_DATA].sort()).toEqual(typesOf("data"));
});

test("of types that may be new, all that the shipped environments set is judged", () => {
  const unjudged = stacks.flatMap(({ title, resource }) =>
    Object.entries(resource ?? {}).flatMap(([type, blocks]) => {
      const { mayComeWith, mayChange = [] } = JUDGED_TYPES[type] ?? {};
      if (!mayComeWith) return [];
      const known = [...JUDGED_OF_ALL, ...META, ...mayComeWith, ...mayChange];
      const names = Object.values(blocks).flatMap((block) => Object.keys(block));
      return names.filter((name) => !known.includes(name)).map((name) => `${title}: ${type}.${name}`);
    }),
  );
  expect(unjudged).toEqual([]);
});

/** What a first deployment has for an owner: that all is new, whom policies are for, who calls functions. */
const OF_THE_FIRST = ["R03", "R04", "R06", "R07", "R08", "R09", "R11", "R16", "R17", "R22", "R25", "R27"];

test.each(stacks.map((stack) => [stack.title, stack] as const))(
  "a first deployment is not blocked, and nothing in it is said to be a secret or without a guard: %s",
  (_, { resource, output }) => {
    const resources = Object.entries(resource ?? {}).flatMap(([type, blocks]) =>
      Object.entries(blocks).map(([id, { "//": __, lifecycle: ___, depends_on: ____, ...after }]) => ({
        type,
        address: `${type}.${id}`,
        after,
      })),
    );
    const changes = resources.map(({ after, ...rest }) => ({
      ...rest,
      after: listed(after),
      unknown: unknownIn(after),
    }));
    const outputs = Object.entries(output ?? {}).map(([name, { value, sensitive = false }]) => {
      const change = { actions: ["create"], before: null, after_sensitive: sensitive };
      return [name, { ...change, ...knownAndUnknown(value) }] as const;
    });
    const configured = resources.map(({ after, ...rest }) => ({
      ...rest,
      mode: "managed",
      expressions: expressionsOf(after),
    }));
    const text = planText(changes, {
      output_changes: Object.fromEntries(outputs),
      configuration: { root_module: { resources: configured } },
    });
    const review = reviewPlans([{ stack: "stack", text }]);
    expect(review.verdict).not.toBe("blocked");
    const others = review.risks.filter(({ rule }) => !OF_THE_FIRST.includes(rule));
    expect(others.map(({ rule, address, what }) => `${rule} ${address}: ${what}`)).toEqual([]);
  },
);

test("what gives something that goes, too, is no risk of its own", () => {
  const rule = "aws_vpc_security_group_ingress_rule";
  const { risks } = reviewed([
    { type: "aws_iam_role", before: { id: "a" } },
    { type: "aws_iam_role_policy", before: { role: "a" } },
    { type: "aws_security_group", before: { id: "sg-2" } },
    { type: rule, before: { security_group_id: "sg-1", referenced_security_group_id: "sg-2" } },
    { type: rule, address: `${rule}.other`, before: { security_group_id: "sg-1" } },
  ]);
  expect(risks.map(({ address }) => address)).toEqual([
    "aws_iam_role.it",
    "aws_security_group.it",
    `${rule}.other`,
  ]);
});

/** What is known, with blocks as plans have them: lists. */
function listed(attributes: Attributes): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) => {
      if (isUnknown(value)) return [];
      const isBlock = typeof value === "object" && !Array.isArray(value) && name !== "tags";
      return [[name, isBlock ? [value] : value]];
    }),
  );
}

function unknownIn(attributes: Attributes): Record<string, boolean> {
  const names = Object.keys(attributes).filter((name) => isUnknown(attributes[name]));
  return Object.fromEntries(names.map((name) => [name, true]));
}

/** Of an output: a map is known by its keys. */
function knownAndUnknown(value: Attributes | string): object {
  const isMap = typeof value === "object" && !Array.isArray(value);
  if (isMap) return { after: {}, after_unknown: unknownIn(value) };
  return isUnknown(value) ? { after_unknown: true } : { after: value, after_unknown: false };
}

function isUnknown(value: unknown): boolean {
  return JSON.stringify(value).includes("${");
}

/** As Terraform's configuration in JSON has them. */
function expressionsOf(attributes: Attributes): Record<string, object> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => {
      const references = JSON.stringify(value).match(/\b[a-z]\w*\.[A-Za-z][\w-]*\.\w+/g) ?? [];
      return [name, isUnknown(value) ? { references } : { constant_value: value }];
    }),
  );
}
