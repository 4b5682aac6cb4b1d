import { attribute } from "../plan/change";
import type { Rule } from "./rule";
import { isWritten } from "./support";

export const rotatesNow: Rule = {
  id: "R04",
  title: "Rotates at once",
  resource(change) {
    if (change.type !== "aws_secretsmanager_secret_rotation" || !isWritten(change)) return [];
    if (attribute(change, "rotate_immediately").after === false) return [];
    return [{ severity: "notice", what: "the password is rotated as soon as this is applied" }];
  },
};
