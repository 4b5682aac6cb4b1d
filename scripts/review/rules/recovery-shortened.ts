import type { Rule } from "./rule";
import { guarded, lowered } from "./support";

export const recoveryShortened: Rule = {
  id: "R17",
  title: "Recovery window shortened",
  condition: "a deleted secret can be restored for less time; for none at all: blocked",
  severity: "block",
  why: "A deleted secret is the password of a database; the window is the only way back.",
  resource(change) {
    const [found] = guarded(change, [
      {
        types: ["aws_secretsmanager_secret"],
        attribute: "recovery_window_in_days",
        severity: "high",
        isWorse: lowered,
        what: "a deleted secret can be restored for less time",
      },
    ]);
    if (change.kind === "create" && change.after?.recovery_window_in_days === 0)
      return [{ severity: "medium", what: "once deleted, it can never be restored" }];
    if (!found) return [];
    return [change.after?.recovery_window_in_days === 0 ? { ...found, severity: "block" } : found];
  },
};
