import type { Environment } from "../../../constructs/environment";
import { Judgement } from "../../../testbed/iam/judgement";
import { faultsOf } from "../../../testbed/iam/service-reference";
import { unusedActions } from "../../../testbed/iam/unused-actions";
import { environmentWithEverything, environmentWithRoleLookup, variants } from "../../support/shipped";
import { wouldDeploy } from "../../support/synthesized-policies";

const environments: readonly (readonly [title: string, environment: Environment])[] = [
  ...variants,
  ["everything", environmentWithEverything()],
  ["a Vault that looks roles up", environmentWithRoleLookup()],
];

describe.each(environments)("the policies of %s", (_, environment) => {
  const deployed = wouldDeploy(environment);
  // Managed ones are of AWS, or of pipelines, whose calls a real deploy shows (__tests__/deploy/environments.test.ts).
  const own = deployed.policies.filter(({ from }) => !/\/aws_iam_role_policy_attachment\./.test(from));
  const judgement = new Judgement(environment, deployed);

  test("allow what is needed, and nothing that is one step away", () => {
    expect(judgement.needed.length).toBeGreaterThan(20);
    expect(judgement.refused.length).toBeGreaterThan(100);
    expect(judgement.mistakes()).toEqual([]);
  });

  test("allow no action that nothing needs", () => {
    expect(own.flatMap((policy) => unusedActions(policy, judgement.needed))).toEqual([]);
  });

  test("have only actions, resources and condition keys that AWS knows", async () => {
    const faults = deployed.policies.map(async ({ from, document }) =>
      (await faultsOf(document)).map((fault) => `${from}: ${fault}`),
    );
    expect((await Promise.all(faults)).flat()).toEqual([]);
  });
});
