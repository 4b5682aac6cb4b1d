import { reviewPlans } from "../../../scripts/review/review";
import { JUDGED_DATA, JUDGED_OF_ALL, JUDGED_TYPES } from "../../../scripts/review/rules/judged-types";
import { synthesizeEnvironment, variants } from "../../support/shipped";
import type { Attributes } from "../../support/template";
import { planText } from "./support/plans";

type Blocks = Readonly<Record<string, Readonly<Record<string, Attributes>>>>;
interface Stack {
  readonly title: string;
  readonly resource?: Blocks;
  readonly data?: Blocks;
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

test.each(stacks.map((stack) => [stack.title, stack] as const))(
  "a first deployment is not blocked: %s",
  (_, { resource }) => {
    const changes = Object.entries(resource ?? {}).flatMap(([type, blocks]) =>
      Object.entries(blocks).map(([id, { "//": __, lifecycle: ___, depends_on: ____, ...after }]) => ({
        type,
        address: `${type}.${id}`,
        after: listed(after),
        unknown: unknownIn(after),
      })),
    );
    expect(reviewPlans([{ stack: "stack", text: planText(changes) }]).verdict).not.toBe("blocked");
  },
);

/** Blocks as plans have them: lists. */
function listed(attributes: Attributes): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => {
      const isBlock = typeof value === "object" && !Array.isArray(value) && name !== "tags";
      return [name, isBlock ? [value] : value];
    }),
  );
}

function unknownIn(attributes: Attributes): Record<string, boolean> {
  const names = Object.keys(attributes).filter((name) => JSON.stringify(attributes[name]).includes("${"));
  return Object.fromEntries(names.map((name) => [name, true]));
}
