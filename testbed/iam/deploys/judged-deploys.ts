import type { PipelineRole } from "../../../constructs/ci/role-names";
import type { Environment } from "../../../constructs/environment";
import type { RecordedCall } from "../../aws/api-calls";
import { notAllowed } from "./not-allowed";
import { shownPolicies } from "./shown-policies";

/** In Terraform's environment, it has each call say that it is for a plan which nobody applies. */
export const ONLY_PLANS = { TF_APPEND_USER_AGENT: "only-plans" };

export interface JudgedDeploys {
  /** How many calls plans made that nobody applied. */
  readonly planned: number;
  /** How many calls deploys and destroys made. */
  readonly deployed: number;
  /** Calls that docs/permissions.md does not allow whoever made them. */
  readonly mistakes: readonly string[];
}

/** Judges Terraform's calls by the policies that docs/permissions.md shows. */
export function judgeDeploys(recorded: readonly RecordedCall[], environment: Environment): JudgedDeploys {
  const calls = recorded.filter(({ userAgent }) => userAgent?.includes("HashiCorp/1.0 Terraform/"));
  const isPlan = ({ userAgent }: RecordedCall) => userAgent?.endsWith(ONLY_PLANS.TF_APPEND_USER_AGENT);
  const planned = calls.filter(isPlan);
  const deployed = calls.filter((call) => !isPlan(call));
  const mistakes = (role: PipelineRole, made: readonly RecordedCall[]) =>
    notAllowed(made, shownPolicies(role, environment), environment).map(
      (call) => `docs/permissions.md does not allow a ${role} what Terraform called: ${call}`,
    );
  return {
    planned: planned.length,
    deployed: deployed.length,
    mistakes: [...mistakes("planner", planned), ...mistakes("deployer", deployed)],
  };
}
