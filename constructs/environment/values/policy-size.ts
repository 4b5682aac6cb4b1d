import type {
  DataAwsIamPolicyDocumentStatement,
  DataAwsIamPolicyDocumentStatementCondition,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";

/** Characters of a policy as the provider writes it, without white space. If it has principals, they are everyone. */
export function policyCharacters(statements: readonly DataAwsIamPolicyDocumentStatement[]): number {
  return JSON.stringify({ Version: "2012-10-17", Statement: one(statements.map(written)) }).length;
}

function written(statement: DataAwsIamPolicyDocumentStatement): object {
  const { sid, effect = "Allow", actions = [], resources = [], principals, condition = [] } = statement;
  const tests: Record<string, Record<string, unknown>> = {};
  for (const { test, variable, values } of condition as DataAwsIamPolicyDocumentStatementCondition[])
    tests[test] = { ...tests[test], [variable]: one(values) };
  return {
    Sid: sid,
    Effect: effect,
    Action: one(actions),
    Resource: one(resources),
    Principal: principals && { AWS: "*" },
    Condition: condition && Object.keys(tests).length > 0 ? tests : undefined,
  };
}

/** A list of one is written as its entry. */
function one<Entry>(list: readonly Entry[]): Entry | readonly Entry[] {
  return list.length === 1 ? (list[0] as Entry) : list;
}
