import { readTemplates, resolved } from "../../../testbed/deployed/templates";
import { documentedNetwork } from "../../../testbed/network/documented";
import { existingFor, withYourVault } from "../../../testbed/network/existing";
import { compare } from "../../../testbed/network/findings";
import { Reachability } from "../../../testbed/network/reachability";
import { allVariants, synthesizeEnvironment } from "../../support/shipped";
import { type Mutant, mutants } from "./mutations";

const documented = documentedNetwork();
const mutated = ["dev with native and a Vault server", "dev with native and vault", "vault"];

test.each(allVariants.filter(([title]) => mutated.includes(title)))(
  "%s: a rule, route, endpoint or name that is wrong is noticed",
  (_, environment) => {
    const { directory } = synthesizeEnvironment(environment);
    const made = resolved(readTemplates(directory), environment, existingFor(environment));
    const all = mutants(withYourVault(made, environment));
    const survivors = all.filter((mutant) => !isNoticed(mutant)).map(({ title }) => title);
    expect(all.length).toBeGreaterThan(40);
    expect(survivors).toEqual([]);
  },
);

function isNoticed({ deployment }: Mutant): boolean {
  try {
    return compare(new Reachability(deployment), documented).findings.length > 0;
  } catch (error) {
    // What the model does not know, it refuses: a fault of its own would be of another kind.
    if (error instanceof TypeError) throw error;
    return true;
  }
}
