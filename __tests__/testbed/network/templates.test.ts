import { documentedNetwork } from "../../../testbed/network/documented";
import { existingFor, withYourVault } from "../../../testbed/network/existing";
import { compare } from "../../../testbed/network/findings";
import { fromTemplates } from "../../../testbed/network/from-templates";
import { Reachability } from "../../../testbed/network/reachability";
import { synthesizeEnvironment, variants, vaultVariants } from "../../support/shipped";

const documented = documentedNetwork();

const compared = [...variants, ...vaultVariants].map(([title, environment]) => {
  const { directory } = synthesizeEnvironment(environment);
  const made = fromTemplates(directory, environment.name, existingFor(environment));
  return [title, compare(new Reachability(withYourVault(made, environment)), documented)] as const;
});

test.each(compared)("%s: each reaches whom the document says, and nobody else", (_, { pairs, findings }) => {
  expect(findings).toEqual([]);
  expect(pairs).toBeGreaterThan(0);
});

test("every row of the document is a connection of some environment", () => {
  const needed = new Set(compared.flatMap(([, { connections }]) => connections));
  expect(documented.connections.filter((row) => !needed.has(row))).toEqual([]);
});
