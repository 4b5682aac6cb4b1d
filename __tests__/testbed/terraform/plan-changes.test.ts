import {
  changesOf,
  describeChange,
  type PhantomDiff,
  type Plan,
  stalePhantoms,
} from "../../../testbed/terraform/plan-changes";

const KNOWN: readonly PhantomDiff[] = [
  { type: "aws_rule", attribute: "description", reason: "forgotten" },
  { type: "aws_cluster", attribute: "scaling", reason: "invented" },
];

function planOf(type: string, actions: string[], before: unknown, after: unknown, after_unknown = {}): Plan {
  return {
    resource_changes: [{ address: `${type}.x`, type, change: { actions, before, after, after_unknown } }],
  };
}

test("a plan in which nothing changes is clean", () => {
  const plan = planOf("aws_rule", ["no-op"], { a: 1 }, { a: 1 });

  expect(changesOf(plan, KNOWN)).toEqual({ changes: [], phantoms: [] });
});

test("a difference that is listed does not count, also below a block, and is told", () => {
  const rule = planOf("aws_rule", ["update"], { description: null, port: 1 }, { description: "x", port: 1 });
  const cluster = planOf("aws_cluster", ["update"], { scaling: [{ min: null }] }, { scaling: [] });

  expect(changesOf(rule, KNOWN)).toEqual({ changes: [], phantoms: [KNOWN[0]] });
  expect(changesOf(cluster, KNOWN)).toEqual({ changes: [], phantoms: [KNOWN[1]] });
});

test("a difference beside a listed one counts, and only it is named", () => {
  const plan = planOf("aws_rule", ["update"], { description: null, port: 1 }, { description: "x", port: 2 });

  expect(changesOf(plan, KNOWN).changes).toEqual([
    { address: "aws_rule.x", actions: ["update"], attributes: ["port"] },
  ]);
});

test("the same attribute of another type counts", () => {
  const plan = planOf("aws_other", ["update"], { description: null }, { description: "x" });

  expect(changesOf(plan, KNOWN).changes).toHaveLength(1);
});

test("replacing, deleting or creating counts, whatever the attributes", () => {
  for (const actions of [["delete", "create"], ["delete"], ["create"], ["read"]]) {
    const plan = planOf("aws_rule", actions, { description: null }, { description: "x" });

    expect(changesOf(plan, KNOWN).changes).toHaveLength(1);
  }
});

test("a value that is known only after apply is a difference", () => {
  const plan = planOf("aws_other", ["update"], { id: "a", list: ["b"] }, { list: ["b"] }, { id: true });

  expect(changesOf(plan, KNOWN).changes[0]?.attributes).toEqual(["id"]);
});

test("an output that changes counts", () => {
  const plan: Plan = { output_changes: { host: { actions: ["update"], before: "a", after: "b" } } };

  expect(changesOf(plan, KNOWN).changes.map(describeChange)).toEqual(["update output.host"]);
});

test("a change is described without its values", () => {
  const plan = planOf("aws_other", ["update"], { tags: { a: "old" } }, { tags: { a: "new" } });

  expect(changesOf(plan, KNOWN).changes.map(describeChange)).toEqual(["update aws_other.x (tags.a)"]);
});

test("an entry of the list that no plan needs any more is stale", () => {
  const plan = changesOf(planOf("aws_rule", ["update"], { description: null }, { description: "x" }), KNOWN);

  expect(stalePhantoms([plan], KNOWN)).toEqual([KNOWN[1]]);
  expect(stalePhantoms([], KNOWN)).toEqual(KNOWN);
});
