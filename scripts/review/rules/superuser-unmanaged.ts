import { attribute } from "../plan/change";
import type { Rule } from "./rule";
import { guarded, guardsOf, isOf, isWritten, turnedOff } from "./support";

const DATABASES = ["aws_rds_cluster", "aws_db_instance"];

const GUARDS = guardsOf(DATABASES, "block", [
  "manage_master_user_password",
  turnedOff,
  "RDS no longer manages the superuser's password",
]);

export const superuserUnmanaged: Rule = {
  id: "R21",
  title: "Superuser's password in Terraform's hands",
  resource(change) {
    if (!isOf(change.type, DATABASES)) return [];
    const literal = ["master_password", "password"].some((name) => {
      const { before, after } = attribute(change, name);
      return after !== null && before !== after;
    });
    return [
      ...guarded(change, GUARDS),
      ...(isWritten(change) && literal
        ? [{ severity: "block" as const, what: "the superuser's password is set here" }]
        : []),
    ];
  },
};
