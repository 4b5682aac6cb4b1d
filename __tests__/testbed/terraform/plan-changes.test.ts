import { changesOf, describeChange, type Plan } from "../../../testbed/terraform/plan-changes";

function planOf(
  address: string,
  actions: string[],
  before: unknown,
  after: unknown,
  after_unknown = {},
): Plan {
  return {
    resource_changes: [{ address, change: { actions, before, after, after_unknown } }],
  };
}

test("a plan in which nothing changes is clean", () => {
  const plan = planOf("aws_rule.x", ["no-op"], { a: 1 }, { a: 1 });

  expect(changesOf(plan)).toEqual([]);
});

test("each attribute that differs is named", () => {
  const plan = planOf(
    "aws_rule.x",
    ["update"],
    { description: null, port: 1 },
    { description: "x", port: 2 },
  );

  expect(changesOf(plan)).toEqual([
    { address: "aws_rule.x", actions: ["update"], attributes: ["description", "port"] },
  ]);
});

test("replacing, deleting or creating counts, whatever the attributes", () => {
  for (const actions of [["delete", "create"], ["delete"], ["create"], ["read"]]) {
    const plan = planOf("aws_rule.x", actions, { description: null }, { description: "x" });

    expect(changesOf(plan)).toHaveLength(1);
  }
});

test("a value that is known only after apply is a difference", () => {
  const plan = planOf("aws_other.x", ["update"], { id: "a", list: ["b"] }, { list: ["b"] }, { id: true });

  expect(changesOf(plan)[0]?.attributes).toEqual(["id"]);
});

test("an output that changes counts", () => {
  const plan: Plan = { output_changes: { host: { actions: ["update"], before: "a", after: "b" } } };

  expect(changesOf(plan).map(describeChange)).toEqual(["update output.host"]);
});

test("a change is described without its values", () => {
  const plan = planOf("aws_other.x", ["update"], { tags: { a: "old" } }, { tags: { a: "new" } });

  expect(changesOf(plan).map(describeChange)).toEqual(["update aws_other.x (tags.a)"]);
});
