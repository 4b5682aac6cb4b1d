import { type PipelineRole, roleArn } from "../../ci/role-names";
import { Account } from "../../contracts/account";
import type { Draft } from "./draft";
import { root, setting, within } from "./places";
import { type Rule, rule } from "./rule";

const hasCi = ({ ci }: Draft) => ci !== undefined;

function arnOf(role: PipelineRole, { account = "", region = "", namePrefix = "" }: Draft): string {
  return roleArn(role, namePrefix, new Account(account, region));
}

/** What a pipeline needs of other sections. */
export const ciRules: readonly Rule[] = [
  rule(setting(root, "state"), {
    when: hasCi,
    holds: ({ got: { kind } }) => kind === "s3",
    must: "must be in S3 with `ci`: a runner keeps no files",
    fix: 'write "kind": "s3", or remove `ci`',
  }),
  rule(setting(root, "planners"), {
    when: (draft) => hasCi(draft) && draft.backends?.includes("native") === true,
    holds: ({ got }, draft) => got.includes(arnOf("planner", draft)),
    must: "must have the role that `ci` plans with: nothing else keeps it from passwords",
    fix: (_, draft) => `add "${arnOf("planner", draft)}"`,
  }),
  rule(setting(root, "deployers"), {
    when: hasCi,
    holds: ({ got }, draft) => got.length === 0 || got.includes(arnOf("deployer", draft)),
    must: "must have the role that `ci` deploys with: it is locked out otherwise",
    fix: (_, draft) => `add "${arnOf("deployer", draft)}"`,
  }),
  rule(setting(within(setting(root, "ci")), "vaultTunnel"), {
    holds: ({ got }, { vault }) => !got || vault?.server?.kind === "created",
    must: "is for a Vault server that the environment makes: there is no node that a tunnel could lead to",
    fix: "remove it",
  }),
];
