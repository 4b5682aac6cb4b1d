import { type PolicyName, policiesOf, policyDocument } from "../../../constructs/ci/policies";
import type { PipelineRole } from "../../../constructs/ci/role-names";
import { Account } from "../../../constructs/contracts/account";
import type { Environment } from "../../../constructs/environment";
import { policyNeeds } from "../../../constructs/stacks/ci-stack";
import type { IamPolicy } from "../../aws/iam-policy";

/** What stands in the places of a policy that docs/permissions.md shows. */
export type Place = Pick<
  Environment,
  "name" | "namePrefix" | "account" | "region" | "state" | "permissionsBoundaryArn"
>;

/** A policy that docs/permissions.md shows, as whoever deploys writes it for an environment. */
export function shownPolicy(
  policy: PolicyName,
  { name, namePrefix, account, region, state, permissionsBoundaryArn }: Place,
): IamPolicy {
  if (state.kind !== "s3" && OF_STATE.has(policy))
    throw new Error(`${policy}.json is for state in S3, and that of ${name} is in a file`);
  const document = policyDocument(policy, {
    account: new Account(account, region),
    namePrefix,
    environmentName: name,
    permissionsBoundaryArn,
    state: { bucket: "", keyPrefix: "", ...state, region: (state.kind === "s3" && state.region) || region },
  });
  return JSON.parse(document);
}

/** Those that docs/permissions.md has for who plans or deploys an environment. */
export function shownPolicies(role: PipelineRole, environment: Environment): readonly IamPolicy[] {
  const { state } = environment;
  return policiesOf(role, policyNeeds(environment))
    .filter((policy) => state.kind === "s3" || !OF_STATE.has(policy))
    .map((policy) => shownPolicy(policy, environment));
}

const OF_STATE: ReadonlySet<PolicyName> = new Set(["state-planner", "state-deployer"]);
