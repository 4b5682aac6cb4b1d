import type { Values } from "../../testbed/deployed/resources";
import { readTemplates, resolved } from "../../testbed/deployed/templates";
import { documentedNetwork } from "../../testbed/network/documented";
import { existingFor, withYourVault } from "../../testbed/network/existing";
import { compare } from "../../testbed/network/findings";
import { Reachability } from "../../testbed/network/reachability";
import { keptWithoutKey, policiesThatMakeLogGroups } from "../../testbed/order/destroy";
import { notInOrder, orderedBy } from "../../testbed/order/findings";
import { Graph, type GraphStack, graphStacks } from "../../testbed/order/graph";
import { ORDER_RULES } from "../../testbed/order/rules";
import { allVariants, synthesizeEnvironment } from "../support/shipped";

const documented = documentedNetwork();

const synthesized = allVariants.map(([title, environment]) => {
  const { directory } = synthesizeEnvironment(environment);
  const deployment = resolved(readTemplates(directory), environment, existingFor(environment));
  const network = compare(new Reachability(withYourVault(deployment, environment)), documented);
  return { title, deployment, network, ordered: orderedBy(deployment), stacks: graphStacks(directory) };
});

/** These need a function's role first: whoever calls the function before that finds no Vault in any case. */
const VAULT_COMES_LATER = /looks roles up$/;

describe.each(synthesized)("$title", ({ title, deployment, network, ordered, stacks }) => {
  test("each reaches whom the document says, and nobody else", () => {
    expect(network.findings).toEqual([]);
  });

  test("each waits for what it uses", () => {
    const open = notInOrder(ordered, new Graph(stacks));
    const excused = open.filter((one) => /^dev-functions\/.* does not wait for dev-vault\//.test(one));
    expect(open).toEqual(VAULT_COMES_LATER.test(title) ? excused : []);
    expect(excused.length > 0).toBe(VAULT_COMES_LATER.test(title));
  });

  test("a destroy leaves no log group that is made again, and takes no key of what stays", () => {
    expect([...policiesThatMakeLogGroups(stacks), ...keptWithoutKey(deployment)]).toEqual([]);
  });
});

test("every row of the document is a connection of some environment", () => {
  const needed = new Set(synthesized.flatMap(({ network }) => network.connections));
  expect(documented.connections.filter((row) => !needed.has(row))).toEqual([]);
});

test("every rule of the order puts something in order", () => {
  const used = new Set(synthesized.flatMap(({ ordered }) => ordered.map(({ rule }) => rule)));
  expect(ORDER_RULES.filter((rule) => !used.has(rule))).toEqual([]);
});

test("a dependency that is left out is named, with what has to come first", () => {
  const [most] = synthesized.filter(({ title }) => title === "prod with a Vault server, else native");
  let leftOut = 0;
  const unnamed = most?.stacks.flatMap((stack) => {
    const own = most.ordered.filter(({ later }) => later.startsWith(`${stack.name}/`));
    return withoutOne(stack).flatMap(({ later, earlier, changed }) => {
      leftOut++;
      const graph = new Graph([changed]);
      const named = notInOrder(own, graph).some((one) =>
        one.startsWith(`${later} does not wait for ${earlier}:`),
      );
      // Some is also in a reference.
      return named || graph.waitsFor(later, earlier) ? [] : [`${later} for ${earlier}`];
    });
  });
  expect(unnamed).toEqual([]);
  expect(leftOut).toBeGreaterThan(0);
});

test("what a destroy would leave, or take too early, is named", () => {
  const statement = [{ actions: ["logs:CreateLogStream", "logs:CreateLogGroup"] }];
  const template = { data: { aws_iam_policy_document: { writes: { statement } } } };
  expect(policiesThatMakeLogGroups([{ name: "stack", needs: [], template }])).toEqual(["stack: writes"]);
  const lifecycle = { prevent_destroy: true };
  const resource = (type: string, name: string, values: Values) =>
    ({ stack: "stack", mode: "managed", type, name, values }) as const;
  const resources = [
    resource("aws_kms_key", "key", { arn: "arn:key" }),
    resource("aws_rds_cluster", "data", { kms_key_id: "arn:key", lifecycle }),
    resource("aws_s3_bucket", "files", { bucket: "files", lifecycle }),
    resource("aws_s3_bucket_server_side_encryption_configuration", "encryption", {
      bucket: "files",
      rule: [{ apply_server_side_encryption_by_default: { kms_master_key_id: "arn:key" } }],
    }),
  ];
  expect(keptWithoutKey({ region: "", resources, outputs: {} })).toEqual([
    "stack: aws_rds_cluster.data, key",
    "stack: aws_s3_bucket.files, key",
  ]);
});

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
