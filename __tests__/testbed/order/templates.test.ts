import type { Environment } from "../../../constructs/environment";
import { existingFor } from "../../../testbed/network/existing";
import { fromTemplates } from "../../../testbed/network/from-templates";
import { notInOrder, type Ordered, orderedBy } from "../../../testbed/order/findings";
import { Graph, type GraphStack, graphStacks } from "../../../testbed/order/graph";
import { ORDER_RULES } from "../../../testbed/order/rules";
import { synthesizeEnvironment, variants, vaultVariants } from "../../support/shipped";

const orders = [...variants, ...vaultVariants].map(
  ([title, environment]) => [title, orderOf(environment)] as const,
);

test.each(orders)("%s: each waits for what it uses", (_, { ordered, stacks }) => {
  expect(notInOrder(ordered, new Graph(stacks))).toEqual([]);
});

test("every rule puts something in order", () => {
  const used = new Set(orders.flatMap(([, { ordered }]) => ordered.map(({ rule }) => rule)));
  expect(ORDER_RULES.filter((rule) => !used.has(rule))).toEqual([]);
});

test("a dependency that is left out is named, with what has to come first", () => {
  const most = orders.filter(([title]) => title === "prod with a Vault server, else native");
  const left = most.flatMap(([title, { ordered, stacks }]) =>
    stacks.flatMap((stack) => {
      const own = ordered.filter(({ later }) => later.startsWith(`${stack.name}/`));
      return withoutOne(stack).flatMap(({ later, earlier, changed }) => {
        const graph = new Graph([changed]);
        const named = notInOrder(own, graph).some((one) =>
          one.startsWith(`${later} does not wait for ${earlier}:`),
        );
        // Some is also in a reference.
        return named || graph.waitsFor(later, earlier) ? [] : [`${title}: ${later} for ${earlier}`];
      });
    }),
  );
  expect(left).toEqual([]);
});

function orderOf(environment: Environment): { ordered: readonly Ordered[]; stacks: readonly GraphStack[] } {
  const { directory } = synthesizeEnvironment(environment);
  const ordered = orderedBy(fromTemplates(directory, environment.name, existingFor(environment)));
  return { ordered, stacks: graphStacks(directory) };
}

type Blocks = Record<string, Record<string, { depends_on?: string[] }>>;

/** The stack without one of its `depends_on`, as often as it has one. */
function withoutOne(stack: GraphStack) {
  const resource = stack.template.resource as Blocks;
  return Object.entries(resource).flatMap(([type, blocks]) =>
    Object.entries(blocks).flatMap(([name, block]) =>
      (block.depends_on ?? []).map((one) => {
        const depends_on = block.depends_on?.filter((other) => other !== one);
        const changed = { ...resource, [type]: { ...blocks, [name]: { ...block, depends_on } } };
        return {
          later: `${stack.name}/${type}.${name}`,
          earlier: `${stack.name}/${one}`,
          changed: { ...stack, needs: [], template: { ...stack.template, resource: changed } },
        };
      }),
    ),
  );
}
