import { Judgement } from "../../../testbed/iam/judgement";
import { faultsOf, UNPUBLISHED_KEYS } from "../../../testbed/iam/service-reference";
import { EXCUSED, unusedActions } from "../../../testbed/iam/unused-actions";
import { allVariants } from "../../support/shipped";
import { wouldDeploy } from "../../support/synthesized-policies";

const judged = allVariants.map(([title, environment]) => {
  const deployed = wouldDeploy(environment);
  // Without those of pipelines, whose calls a real deploy shows (__tests__/deploy/environment.test.ts).
  const own = deployed.policies.filter(({ from }) => !/-ci\/aws_iam_role_policy_attachment\./.test(from));
  return { title, deployed, own, judgement: new Judgement(environment, deployed) };
});

describe.each(judged)("the policies of $title", ({ deployed, own, judgement }) => {
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

test("every excuse is for something", () => {
  const policies = judged.flatMap(({ own, judgement }) => own.map((policy) => ({ policy, judgement })));
  const unused = policies.flatMap(({ policy, judgement }) => unusedActions(policy, judgement.needed, {}));
  const isNeeded = (excuse: string) => {
    const [type, action] = excuse.split(" ");
    return unused.some((one) => one.includes(`/${type}.`) && one.includes(`: ${action} is taken`));
  };
  expect(Object.keys(EXCUSED).filter((excuse) => !isNeeded(excuse))).toEqual([]);

  const conditions = judged.flatMap(({ deployed }) =>
    deployed.policies.flatMap(({ document }) =>
      [document.Statement]
        .flat()
        .flatMap(({ Condition = {} }) => Object.values(Condition).flatMap(Object.keys)),
    ),
  );
  const used = new Set(conditions.map((key) => key.toLowerCase()));
  expect([...UNPUBLISHED_KEYS].filter((key) => !used.has(key))).toEqual([]);
});
