import type { AttachedPolicy, PolicyKind } from "../../testbed/iam/deployed";
import { PolicyText } from "./policy-text";
import { ownName, type Prod } from "./prod";
import { code, type Row } from "./table";

/** Of databases and functions that are alike, the tables have one: `main` and `orders`. */
const ALIKE = /billing/;

export const ROLE_STATEMENTS = ["role", "statement", "may", "on", "if"] as const;

/** Who may be each role, and what it may do. */
export function roleStatements(prod: Prod): readonly Row[] {
  const text = new PolicyText(prod);
  return (["trust", "identity"] as const).flatMap((kind) =>
    policiesOf(prod, kind).flatMap(({ of, document }) => {
      const role = ownName(of.replace(/^.*:role\//, ""), prod.environment);
      return [document.Statement].flat().map((statement) => {
        const on = kind === "trust" ? text.principals(statement) : text.resources(statement);
        const cells = [code(statement.Sid ?? ""), text.actions(statement), on, text.conditions(statement)];
        // Alike but for the role's own name, statements are one row.
        const alike = cells.map((cell) => cell.replaceAll(`<namePrefix>-${role}`, "<namePrefix>-<role>"));
        return { of: code(role), cells: alike };
      });
    }),
  );
}

export const RESOURCE_STATEMENTS = ["resource", "statement", "who", "may", "if"] as const;

/** What the policies of resources say, beside those of roles. */
export function resourceStatements(prod: Prod): readonly Row[] {
  const text = new PolicyText(prod);
  return policiesOf(prod, "resource").flatMap(({ of, document }) =>
    [document.Statement].flat().map((statement) => ({
      of: code(text.arn(of)),
      cells: [
        code(statement.Sid ?? ""),
        text.principals(statement),
        text.actions(statement),
        text.conditions(statement),
      ],
    })),
  );
}

function policiesOf(prod: Prod, kind: PolicyKind): readonly AttachedPolicy[] {
  const text = new PolicyText(prod);
  return prod.policies.policies.filter((policy) => policy.kind === kind && !ALIKE.test(text.arn(policy.of)));
}
