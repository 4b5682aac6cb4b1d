import type { Plan } from "../plan/change";
import { actionInvoked } from "./action-invoked";
import { alarmActs } from "./alarm-acts";
import { anySecretRotated } from "./any-secret-rotated";
import { blastRadius } from "./blast-radius";
import { dataStoreLost } from "./data-store-lost";
import { dnsFirewallWeakened } from "./dns-firewall-weakened";
import { encryptionWeakened } from "./encryption-weakened";
import { endpointWeakened } from "./endpoint-weakened";
import { functionChanged } from "./function-changed";
import { iamWidened } from "./iam-widened";
import { moved } from "./moved";
import { networkOpened } from "./network-opened";
import { notRotatedAtOnce } from "./not-rotated-at-once";
import { observabilityRemoved } from "./observability-removed";
import { otherAccount } from "./other-account";
import { outsiderNamed } from "./outsider-named";
import { overwritten } from "./overwritten";
import { programRun } from "./program-run";
import { recoveryShortened } from "./recovery-shortened";
import { resourcePolicyWidened } from "./resource-policy-widened";
import { rotatesNow } from "./rotates-now";
import { rotationWeakened } from "./rotation-weakened";
import { type Risk, type Rule, SEVERITIES } from "./rule";
import { secretGuardWeakened } from "./secret-guard-weakened";
import { secretLost } from "./secret-lost";
import { secretValueWritten } from "./secret-value-written";
import { superuserUnmanaged } from "./superuser-unmanaged";
import { unjudged } from "./unjudged";
import { vaultLoginWidened } from "./vault-login-widened";
import { vaultLost } from "./vault-lost";

export const RULES: readonly Rule[] = [
  secretLost,
  dataStoreLost,
  rotationWeakened,
  rotatesNow,
  secretValueWritten,
  networkOpened,
  endpointWeakened,
  iamWidened,
  resourcePolicyWidened,
  encryptionWeakened,
  functionChanged,
  observabilityRemoved,
  vaultLost,
  blastRadius,
  moved,
  vaultLoginWidened,
  recoveryShortened,
  anySecretRotated,
  secretGuardWeakened,
  dnsFirewallWeakened,
  superuserUnmanaged,
  notRotatedAtOnce,
  otherAccount,
  actionInvoked,
  unjudged,
  programRun,
  outsiderNamed,
  overwritten,
  alarmActs,
];

/** What the rules find in plans, the worst first. */
export function risksOf(plans: readonly Plan[]): Risk[] {
  const risks = plans.flatMap((plan) => RULES.flatMap((rule) => foundBy(rule, plan)));
  return risks.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}

/** What one rule finds in one plan. */
export function foundBy({ id, title, resource, plan: whole }: Rule, plan: Plan): Risk[] {
  const common = { rule: id, title, stack: plan.stack };
  const ofResources = plan.resources.flatMap((change) =>
    (resource?.(change, plan) ?? []).map((found) => ({ ...common, ...found, address: change.address })),
  );
  return [...ofResources, ...(whole?.(plan) ?? []).map((found) => ({ ...common, ...found }))];
}
