import { secretPolicyStatements } from "../../../constructs/native/secret-policy";
import { evaluate, type IamPolicy, type Verdict } from "../../../testbed/aws/iam-policy";
import { policyOf } from "../../../testbed/deployed/given";
import { account } from "../../support/fixtures";
import type { Statement } from "../../support/template";

const role = (name: string) => account.roleArn(name);
const arn = account.arn("secretsmanager", "secret:app/orders-AbCdEf");
const replicaArn = arn.replace(account.region, "us-east-1");
const bootstrap = "00000000-0000-0000-0000-00000000000b";

/** What IAM lets everybody do in these tests; what is left of it is the secret's policy's doing. */
const everything: IamPolicy = { Statement: { Effect: "Allow", Action: "*", Resource: "*" } };

function verdict(
  names: { deployers?: string[]; planners?: string[] },
  principal: string,
  action: string,
  { resource = arn, ...context }: Readonly<Record<string, string>> = {},
): Verdict {
  const statements = secretPolicyStatements({
    account,
    rotationRoleArn: role("app-main-rotation"),
    bootstrapVersionId: bootstrap,
    deployers: names.deployers ?? [],
    planners: names.planners ?? [],
  }) as Statement[];
  return evaluate([everything, policyOf(statements)], {
    action: `secretsmanager:${action}`,
    resource,
    context: {
      "aws:PrincipalArn": principal,
      "aws:PrincipalAccount": account.id,
      "aws:PrincipalIsAWSService": "false",
      ...context,
    },
  });
}

const CHANGES = [
  "DeleteSecret",
  "TagResource",
  "UntagResource",
  "PutResourcePolicy",
  "DeleteResourcePolicy",
  "UpdateSecret",
  "RotateSecret",
  "CancelRotateSecret",
  "ReplicateSecretToRegions",
  "RemoveRegionsFromReplication",
];
const WRITES = ["PutSecretValue", "UpdateSecretVersionStage"];
const READS = ["DescribeSecret", "GetSecretValue", "GetResourcePolicy", "ListSecretVersionIds"];

test.each([...CHANGES, ...WRITES, ...READS])("keeps principals of other accounts from %s", (action) => {
  const elsewhere = { "aws:PrincipalAccount": "999999999999" };
  expect(verdict({}, "arn:aws:iam::999999999999:role/app", action, elsewhere)).toBe("denied");
});

test("lets Secrets Manager itself rotate, which is of no account", () => {
  const service = { "aws:PrincipalAccount": "", "aws:PrincipalIsAWSService": "true" };
  expect(verdict({}, "", "GetSecretValue", service)).toBe("allowed");
});

describe("with deployers", () => {
  const names = { deployers: [role("deployer")] };

  test.each([...CHANGES, ...WRITES])("leaves %s to them and the account's root user", (action) => {
    expect(verdict(names, role("somebody"), action)).toBe("denied");
    expect(verdict(names, role("deployer"), action)).toBe("allowed");
    expect(verdict(names, account.rootArn, action)).toBe("allowed");
  });

  test("leaves the promotion of a replica to them, which is a call to the replica", () => {
    const replica = { resource: replicaArn };
    expect(verdict(names, role("somebody"), "StopReplicationToReplica", replica)).toBe("denied");
    expect(verdict(names, role("deployer"), "StopReplicationToReplica", replica)).toBe("allowed");
  });

  test.each([...WRITES, ...READS])("lets the rotation function go on with %s", (action) => {
    expect(verdict(names, role("app-main-rotation"), action)).toBe("allowed");
  });

  test.each(CHANGES)("keeps also the rotation function from %s", (action) => {
    expect(verdict(names, role("app-main-rotation"), action)).toBe("denied");
  });

  test.each(READS)("leaves %s to IAM", (action) => {
    expect(verdict(names, role("somebody"), action)).toBe("allowed");
  });
});

test.each([...CHANGES, ...WRITES])("without deployers, leaves %s to IAM", (action) => {
  expect(verdict({}, role("somebody"), action)).toBe("allowed");
});

describe("with planners", () => {
  const names = { planners: [role("planner")] };
  const read = (principal: string, context?: Record<string, string>) =>
    verdict(names, role(principal), "GetSecretValue", context);

  test("lets a planner read the version without a password", () => {
    expect(read("planner", { "secretsmanager:VersionId": bootstrap })).toBe("allowed");
  });

  test.each([
    ["another version", { "secretsmanager:VersionId": "00000000-0000-0000-0000-00000000000c" }],
    ["the version with a label", { "secretsmanager:VersionStage": "AWSCURRENT" }],
    ["whatever is current", {}],
  ])("keeps a planner from %s", (_, context) => {
    expect(read("planner", context)).toBe("denied");
  });

  test("leaves the reading of others to IAM", () => {
    expect(read("somebody")).toBe("allowed");
  });

  test.each(["DescribeSecret", "GetResourcePolicy", "ListSecretVersionIds"])(
    "lets a planner %s",
    (action) => {
      expect(verdict(names, role("planner"), action)).toBe("allowed");
    },
  );
});

test("allows nothing: that stays with IAM", () => {
  const statements = secretPolicyStatements({
    account,
    rotationRoleArn: role("app-main-rotation"),
    bootstrapVersionId: bootstrap,
    deployers: [role("deployer")],
    planners: [role("planner")],
  });
  expect(statements.map(({ effect }) => effect)).toEqual(["Deny", "Deny", "Deny", "Deny"]);
});
