import { decide, PolicyIndex } from "../../../testbed/iam/decide";
import { Judgement } from "../../../testbed/iam/judgement";
import { mutantsOf } from "../../../testbed/iam/mutations";
import { TOLERATED } from "../../../testbed/iam/tolerated";
import { environmentWithEverything } from "../../support/shipped";
import { wouldDeploy } from "../../support/synthesized-policies";
import { refusedCalls } from "./support/refused-calls";

const environment = environmentWithEverything();
const deployed = wouldDeploy(environment);
const table = refusedCalls(environment, deployed);
const judgement = new Judgement(
  environment,
  deployed,
  table.map(([, call]) => call),
);

test.each(table)("%s: refused", (_, call) => {
  expect(decide(new PolicyIndex(deployed.policies), call)).not.toBe("allowed");
});

test("what is tolerated is allowed: no excuse is for nothing", () => {
  expect(judgement.mistakes()).toEqual([]);
  // But for the one of an environment with a Vault of somebody else's.
  const excuses = TOLERATED.map(({ why }) => why).filter((why) => !why.startsWith("Vault looks up"));
  expect([...judgement.tolerated].sort()).toEqual(excuses.sort());
});

test("at least 95 of 100 changes of the policies are noticed", () => {
  const own = deployed.policies.filter(({ from }) => !/\/aws_iam_role_policy_attachment\./.test(from));
  const mutants = own.flatMap(mutantsOf);
  const survivors = mutants.filter((mutant) => !judgement.notices(mutant)).map(({ title }) => title);
  process.stdout.write(
    [
      `${mutants.length - survivors.length} of ${mutants.length} changed policies noticed; not:`,
      ...survivors,
      "",
    ].join("\n  "),
  );
  expect(mutants.length).toBeGreaterThan(100);
  expect(survivors.length / mutants.length).toBeLessThanOrEqual(0.05);
});
