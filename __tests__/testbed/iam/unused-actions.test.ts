import { unusedActions } from "../../../testbed/iam/unused-actions";

test("an allowed action that nothing needs is told, with where its call belongs", () => {
  const policy = {
    from: "dev-functions/aws_iam_role_policy.one",
    kind: "identity",
    of: "arn:aws:iam::123456789012:role/app",
    document: { Statement: { Effect: "Allow", Action: "s3:GetObject", Resource: "*" } },
  } as const;
  expect(unusedActions(policy, [])).toEqual([
    "dev-functions/aws_iam_role_policy.one: s3:GetObject is taken by no needed call: remove it, or add the call to " +
      "testbed/iam/needed",
  ]);
});
