import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DOCUMENTS } from "../../scripts/docs/documents";
import { withParts } from "../../scripts/docs/parts";
import { prodUnder } from "../../scripts/docs/prod";
import { topology } from "../../scripts/docs/topology";
import { root } from "./support/documents";

test.each(Object.entries(DOCUMENTS))("%s is what `npm run docs` writes", (path, write) => {
  expect(write()).toBe(readFileSync(join(root, path), "utf8"));
});

test("a part that has no place is refused, and a place that has no part", () => {
  const place = "<!-- `npm run docs` writes one: -->\n<!-- End of one. -->";
  expect(withParts("a.md", place, { one: "text" })).toContain("\n\ntext\n\n");
  expect(() => withParts("a.md", place, { one: "", two: "" })).toThrow("a.md must have a place for two");
  expect(() => withParts("a.md", place, {})).toThrow("got one");
});

test("a rule that is added to a security group is an arrow more, and one that is left out is one less", () => {
  const prod = prodUnder("native");
  const arrows = (resources: typeof prod.network.resources) =>
    topology({ ...prod, network: { ...prod.network, resources } }).match(/ -- .*/g);
  const { resources } = prod.network;
  const rules = resources.filter(({ type }) => type === "aws_vpc_security_group_egress_rule");
  const [first] = rules;
  const added = {
    ...rules[1],
    values: { ...rules[1]?.values, from_port: 22, to_port: 22 },
  } as (typeof rules)[0];

  expect(arrows(resources)).toHaveLength(rules.length);
  expect(arrows(resources.filter((one) => one !== first))).toHaveLength(rules.length - 1);
  expect(arrows([...resources, added])?.join()).toContain("TCP 22, TCP");
});
