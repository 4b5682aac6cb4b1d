import { attribute } from "../plan/change";
import type { Rule } from "./rule";

export const notRotatedAtOnce: Rule = {
  id: "R22",
  title: "First rotation waits",
  resource(change) {
    if (change.type !== "aws_secretsmanager_secret_rotation") return [];
    const { before, after } = attribute(change, "rotate_immediately");
    const isNew = change.kind === "create" || change.kind === "replace" || before === true;
    return isNew && after === false ? [{ severity: "medium", what: "it rotates on its schedule only" }] : [];
  },
};
