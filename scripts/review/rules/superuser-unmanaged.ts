import { attribute } from "../plan/change";
import type { Rule } from "./rule";
import { guarded, isOf, isWritten, turnedOff } from "./support";

const DATABASES = ["aws_rds_cluster", "aws_db_instance"];

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
      ...guarded(change, [
        {
          types: DATABASES,
          attribute: "manage_master_user_password",
          severity: "block",
          isWorse: turnedOff,
          what: "RDS no longer manages the superuser's password",
        },
      ]),
      ...(isWritten(change) && literal
        ? [{ severity: "block" as const, what: "the superuser's password is set here" }]
        : []),
    ];
  },
};
