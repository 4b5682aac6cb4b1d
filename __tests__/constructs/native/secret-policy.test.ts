import { secretPolicyStatements } from "../../../constructs/native/secret-policy";
import { account } from "../../support/fixtures";

const deployer = "arn:aws:iam::111122223333:role/deployer";
const statements = secretPolicyStatements(account, "arn:secret", [deployer]);

test("denies, and allows nothing: that stays with IAM", () => {
  expect(statements.map(({ effect }) => effect)).toEqual(["Deny", "Deny"]);
});

test("keeps other accounts out and lets Secrets Manager itself rotate", () => {
  expect(statements[0]).toEqual({
    sid: "OnlyThisAccount",
    effect: "Deny",
    principals: [{ type: "AWS", identifiers: ["*"] }],
    actions: ["secretsmanager:*"],
    resources: ["arn:secret"],
    condition: [
      { test: "StringNotEquals", variable: "aws:PrincipalAccount", values: ["111122223333"] },
      { test: "Bool", variable: "aws:PrincipalIsAWSService", values: ["false"] },
    ],
  });
});

test("lets nobody but the deployers delete the secret or change the tags that say what rotation may grant", () => {
  const { actions, resources, principals, condition } = statements[1] ?? {};
  expect(actions).toEqual([
    "secretsmanager:DeleteSecret",
    "secretsmanager:TagResource",
    "secretsmanager:UntagResource",
    "secretsmanager:PutResourcePolicy",
    "secretsmanager:DeleteResourcePolicy",
    "secretsmanager:UpdateSecret",
    "secretsmanager:CancelRotateSecret",
  ]);
  expect(resources).toEqual(["arn:secret"]);
  expect(principals).toEqual([{ type: "AWS", identifiers: ["*"] }]);
  expect(condition).toEqual([
    {
      test: "ArnNotLike",
      variable: "aws:PrincipalArn",
      values: ["arn:aws:iam::111122223333:root", deployer],
    },
  ]);
});

test("without deployers, leaves deletion to IAM", () => {
  expect(secretPolicyStatements(account, "arn:secret", []).map(({ sid }) => sid)).toEqual([
    "OnlyThisAccount",
  ]);
});
