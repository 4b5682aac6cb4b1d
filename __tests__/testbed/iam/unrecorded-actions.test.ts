import { UNRECORDED, unexplained } from "../../../testbed/iam/unrecorded-actions";

const explained = Object.values(UNRECORDED).flat();
const policy = (...more: readonly string[]) => ({
  Statement: { Effect: "Allow", Action: [...explained, "s3:Get*", ...more], Resource: "*" } as const,
});

test("an allowed action was recorded, or has its reason", () => {
  expect(unexplained([policy()], new Set(["s3:GetObject"]))).toEqual([]);
  expect(unexplained([policy()], new Set())).toEqual([
    "s3:Get* is needed by no recorded call: remove it, or add a reason to testbed/iam/unrecorded-actions.ts",
  ]);
});

test("a reason is for an action that is allowed, and that no call takes", () => {
  const [first = ""] = explained;
  expect(unexplained([policy()], new Set(["s3:GetObject", first]))).toEqual([
    `${first} is explained, and was recorded: remove it from testbed/iam/unrecorded-actions.ts`,
  ]);
  const without = { Statement: { ...policy().Statement, Action: [...explained.slice(1), "s3:Get*"] } };
  expect(unexplained([without], new Set(["s3:GetObject"]))).toEqual([
    `${first} is explained, and no policy allows it: remove it from testbed/iam/unrecorded-actions.ts`,
  ]);
});
