import type { IamPolicy, IamStatement } from "../../testbed/aws/iam-policy";
import type { Statement } from "./template";

/** Statements of a policy document as the policy that Terraform makes of them; references stay as they are. */
export function policyOf(statements: readonly Statement[]): IamPolicy {
  return { Statement: statements.map(statementOf) };
}

function statementOf(statement: Statement): IamStatement {
  const { sid, effect, principals, actions, resources = [], condition = [] } = statement;
  const operators: Record<string, Record<string, readonly string[]>> = {};
  for (const { test, variable, values } of condition)
    operators[test] = { ...operators[test], [variable]: values };
  return {
    Sid: sid,
    Effect: effect === "Deny" ? "Deny" : "Allow",
    Principal: principals && Object.fromEntries(principals.map((one) => [one.type, one.identifiers])),
    Action: actions,
    Resource: resources,
    Condition: operators,
  };
}
