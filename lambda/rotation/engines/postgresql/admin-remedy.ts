import { quote } from "../../support/text";
import { withRemedy } from "../refusals";
import { grantRole } from "./sql";

/**
 * From PostgreSQL 16 on, CREATEROLE changes and grants only roles that one has ADMIN OPTION on: those one created, and
 * those somebody who has it gave it for (PostgreSQL 16 release notes; documentation, "Role Attributes").
 */
export async function withAdminRemedy<T>(
  role: string,
  sessionUser: string,
  act: () => Promise<T>,
): Promise<T> {
  const remedy =
    role === sessionUser
      ? "If rds.restrict_password_commands is on, the user must be a member of rds_password to change " +
        "its own password."
      : `Run, as the role that created ${quote(role)} or another that has ADMIN OPTION on it: ` +
        `${grantRole(role, sessionUser)} WITH ADMIN OPTION`;
  return await withRemedy(remedy, ["42501"], act);
}
