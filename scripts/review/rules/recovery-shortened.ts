import type { Rule } from "./rule";
import { guarded, lowered } from "./support";

/** Days, unless it is told less. */
const LONGEST = 30;

export const recoveryShortened: Rule = {
  id: "R17",
  title: "Recovery window shortened",
  resource(change) {
    const common = { types: ["aws_secretsmanager_secret"], attribute: "recovery_window_in_days" };
    const isNone = change.after?.recovery_window_in_days === 0;
    return guarded(change, [
      change.kind === "create"
        ? {
            ...common,
            severity: "medium",
            isWorse: () => isNone,
            what: "once deleted, it can never be restored",
            alsoNew: true,
          }
        : {
            ...common,
            severity: isNone ? "block" : "high",
            isWorse: (before, after) => lowered(before ?? LONGEST, after ?? LONGEST),
            what: "a deleted secret can be restored for less time",
          },
    ]);
  },
};
