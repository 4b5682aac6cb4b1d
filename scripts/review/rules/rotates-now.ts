import { attribute } from "../plan/change";
import type { Rule } from "./rule";

export const rotatesNow: Rule = {
  id: "R04",
  title: "Rotates at once",
  resource(change) {
    const isWritten = ["create", "update", "replace"].includes(change.kind);
    if (change.type !== "aws_secretsmanager_secret_rotation" || !isWritten) return [];
    if (attribute(change, "rotate_immediately").after === false) return [];
    return [{ severity: "notice", what: "the password is rotated as soon as this is applied" }];
  },
};
