import { attribute } from "../plan/change";
import { statementsOf } from "../policies/statements";
import type { Rule } from "./rule";
import { lost, policyWidenings } from "./support";

const POLICY = "aws_secretsmanager_secret_policy";

export const secretGuardWeakened: Rule = {
  id: "R19",
  title: "Guard of a secret weakened",
  resource(change) {
    if (change.type !== POLICY) return [];
    const denied = statementsOf(attribute(change, "policy").before)?.some(({ denies }) => denies) ?? false;
    // Between the old policy and the new one nothing is denied.
    if (denied && lost(change, [POLICY], "block").length > 0) return lost(change, [POLICY], "block");
    const found = policyWidenings(change, "policy");
    if (found === "cannot tell" || change.kind === "create") return [];
    return found.widenings
      .filter(({ kind }) => kind === "denies less")
      .map(({ what }) => ({ severity: "block", what }));
  },
};
