import { decide, PolicyIndex } from "../../../testbed/iam/decide";
import type { AttachedPolicy } from "../../../testbed/iam/deployed";
import { Judgement } from "../../../testbed/iam/judgement";
import { type Mutant, mutantsOf } from "../../../testbed/iam/mutations";
import { TOLERATED } from "../../../testbed/iam/tolerated";
import { environmentWithEverything } from "../../support/shipped";
import { wouldDeploy } from "../../support/synthesized-policies";
import { refusedCalls } from "./support/refused/refused-calls";

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

/**
 * Which of the actions of a pipeline's roles are needed, a deploy shows (__tests__/deploy/environment.test.ts). A
 * deployer has the planner's policies, too, which are judged where the planner has them.
 */
function isJudged({ from }: AttachedPolicy): (mutant: Mutant) => boolean {
  if (!/-ci\/aws_iam_role_policy_attachment\./.test(from)) return () => true;
  if (/Roles_deployer-((\w+-)*planner|vault-tunnel)_/.test(from)) return () => false;
  return ({ title }) => !/: (without (?!the condition)|not on )/.test(title);
}

/** Changes that let nobody do more or less, and why: by the end of the resource's address, without its hash. */
const EQUAL: Readonly<Record<string, string>> = {
  "aws_kms_key.VaultStorage_SealKey (resource): Unseal: for everyone":
    "the statement's condition aws:PrincipalArn holds it to the node's role",
  "aws_iam_role_policy_attachment.Roles_deployer-state-deployer (identity): EncryptState: on everything":
    "S3 encrypts with keys of its own Region",
  "aws_iam_role_policy_attachment.Roles_planner-state-planner (identity): DecryptState: on everything":
    "S3 decrypts with keys of its own Region",
  "aws_iam_role_policy_attachment.Roles_deployer-deployer (identity): Layers: it is gone":
    "the environment's functions have no layers",
  "aws_iam_role_policy_attachment.Roles_deployer-deployer (identity): Layers: it is an Deny":
    "the environment's functions have no layers",
};

test("every change of the policies is noticed, but for those that change nothing", () => {
  const mutants = deployed.policies.flatMap((policy) => mutantsOf(policy).filter(isJudged(policy)));
  const survivors = mutants
    .filter((mutant) => !judgement.notices(mutant))
    .map(({ title }) => title.replace(/^[\w-]+\//, "").replace(/_[0-9A-F]{8}(?= \()/, ""));
  expect(mutants.length).toBeGreaterThan(100);
  expect(survivors.sort()).toEqual(Object.keys(EQUAL).sort());
});
