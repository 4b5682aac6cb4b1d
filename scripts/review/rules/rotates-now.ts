import { attribute } from "../plan/change";
import type { Rule } from "./rule";

export const rotatesNow: Rule = {
  id: "R04",
  title: "Rotates at once",
  condition: "a rotation is created or changed with `rotate_immediately` not `false`",
  severity: "notice",
  why: "The apply changes a live password, whatever time it is.",
  resource(change) {
    const isWritten = ["create", "update", "replace"].includes(change.kind);
    if (change.type !== "aws_secretsmanager_secret_rotation" || !isWritten) return [];
    if (attribute(change, "rotate_immediately").after === false) return [];
    return [{ severity: "notice", what: "the password is rotated as soon as this is applied" }];
  },
};
