import type { Account } from "../contracts/account";

/** A deployer may change roles that begin with `<namePrefix>-`: below this path there are none for it. */
export const ROLE_PATH = "/ci/";

/** A pipeline has one to plan with, which changes nothing and reads no password, and one to deploy with. */
export type PipelineRole = "planner" | "deployer";

export function roleName(role: PipelineRole, namePrefix: string): string {
  return `${namePrefix}-${role}`;
}

export function roleArn(role: PipelineRole, namePrefix: string, account: Account): string {
  return account.roleArn(`${ROLE_PATH.slice(1)}${roleName(role, namePrefix)}`);
}
