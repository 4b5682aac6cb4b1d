import type { Environment } from "../../../constructs/environment";
import type { IamPolicy, IamStatement } from "../../../testbed/aws/iam-policy";
import { decide, PolicyIndex } from "../../../testbed/iam/decide";
import type { AttachedPolicy } from "../../../testbed/iam/deployed";
import { shownPolicy } from "../../../testbed/iam/deploys/shown-policies";
import { neededCalls } from "../../../testbed/iam/needed";
import { faultsOf } from "../../../testbed/iam/service-reference";
import { unusedActions } from "../../../testbed/iam/unused-actions";
import { allVariants, shippedEnvironment } from "../../support/shipped";
import { wouldDeploy } from "../../support/synthesized-policies";

/** With the secrets of adopted databases' superusers, which whoever makes the policy has to add. */
function boundaryOf(environment: Environment): IamPolicy {
  const adopted = Object.values(environment.databases).flatMap((database) =>
    database.kind === "adopted" ? [database.superuserSecretArn] : [],
  );
  const [secrets, ...others] = [shownPolicy("boundary", environment).Statement].flat() as IamStatement[];
  if (secrets?.Sid !== "Secrets") throw new Error("the boundary has no statement of secrets");
  return { Statement: [{ ...secrets, Resource: [secrets.Resource ?? [], adopted].flat(2) }, ...others] };
}

/** Each environment with the boundary that docs/permissions.md shows, on all roles and users but its pipeline's. */
const bounded = allVariants.map(([title, environment]) => {
  const deployed = wouldDeploy(environment);
  const document = boundaryOf(environment);
  const bounds = [...deployed.ofType("aws_iam_role"), ...deployed.ofType("aws_iam_user")]
    .filter(({ stack }) => !stack.endsWith("-ci"))
    .map(
      ({ values: { arn } }): AttachedPolicy => ({ from: "boundary", kind: "boundary", of: arn, document }),
    );
  return { title, deployed, bounds, needed: neededCalls(environment, deployed) };
});

test.each(bounded)("within the boundary, everything that is needed is allowed: $title", (one) => {
  const index = new PolicyIndex([...one.deployed.policies, ...one.bounds]);
  const refused = one.needed.filter((call) => decide(index, call) !== "allowed");

  expect(one.bounds.length).toBeGreaterThan(0);
  expect(refused.map(({ by, action, resource }) => ({ by, action, resource }))).toEqual([]);
});

test("both policies have only actions, resources and condition keys that AWS knows", async () => {
  const place = { ...shippedEnvironment("dev"), permissionsBoundaryArn: "arn:aws:iam::aws:policy/any" };
  for (const policy of ["boundary", "bounded-deployer"] as const)
    expect(await faultsOf(shownPolicy(policy, place))).toEqual([]);
});

test("the boundary has no action that no environment takes", () => {
  const statements = [shownPolicy("boundary", shippedEnvironment("dev")).Statement].flat();
  const everywhere = bounded.flatMap(({ bounds, needed }) => bounds.map((bound) => ({ bound, needed })));
  const unused = statements.flatMap(({ Sid }) => {
    const lists = everywhere.map(({ bound, needed }) => {
      const Statement = [bound.document.Statement].flat().filter((one) => one.Sid === Sid);
      expect(Statement).toHaveLength(1);
      return unusedActions({ ...bound, document: { Statement } }, needed);
    });
    return lists.reduce((all, list) => all.filter((one) => list.includes(one)));
  });

  expect(unused).toEqual([]);
});
