import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { TerraformResource } from "cdktf";
import type { Environment } from "../../../constructs/environment";
import { EnvironmentStack } from "../../../constructs/stacks/environment-stack";
import { shippedWith, synthesizeEnvironment, withVaultServer } from "../../support/shipped";

const permissionsBoundaryArn = "arn:aws:iam::111122223333:policy/boundary";
const withUser = shippedWith("dev", ["vault"], { "vault.auth.awsCredentials": { kind: "iam-user" } });
const withServer = withVaultServer("dev", ["native", "vault"], { operations: {} });

/** The boundaries of the resources of a type in all stacks. */
function boundariesOf(environment: Environment, type: string): readonly unknown[] {
  const { stacks } = synthesizeEnvironment(environment);
  return Object.values(stacks).flatMap((stack) =>
    stack.resources(type).map(({ permissions_boundary }) => permissions_boundary),
  );
}

test.each([
  ["role", withServer],
  ["user", withUser],
])("every %s of an environment has its permissions boundary", (kind, environment) => {
  const type = `aws_iam_${kind}`;
  const count = boundariesOf(environment, type).length;

  expect(count).toBeGreaterThan(0);
  expect(boundariesOf({ ...environment, permissionsBoundaryArn }, type)).toEqual(
    Array(count).fill(permissionsBoundaryArn),
  );
});

test("an environment without one bounds nothing", () => {
  expect(new Set(boundariesOf(withServer, "aws_iam_role"))).toEqual(new Set([undefined]));
  expect(boundariesOf(withUser, "aws_iam_user")).toEqual([undefined]);
});

/** With a stack of one's own. */
function synthesizeWith(add: (stack: EnvironmentStack) => void) {
  return synthesizeEnvironment({ ...withUser, permissionsBoundaryArn }, (platform) =>
    add(new EnvironmentStack(platform.node.root, "dev-own", { platform })),
  ).stack("own");
}

test("a role of a stack of one's own has it, too, whatever class makes it", () => {
  const stack = synthesizeWith((own) => {
    new IamRole(own, "Typed", { name: "typed", assumeRolePolicy: "{}" });
    const plain = new TerraformResource(own, "Plain", { terraformResourceType: "aws_iam_role" });
    plain.addOverride("name", "plain");
  });

  for (const name of ["typed", "plain"])
    expect(stack.resource("aws_iam_role", { name }).permissions_boundary).toBe(permissionsBoundaryArn);
});

test("a role that names another boundary is refused", () => {
  const named = { name: "wide", assumeRolePolicy: "{}", permissionsBoundary: "arn:aws:iam::1:policy/wide" };

  expect(() => synthesizeWith((own) => new IamRole(own, "Wide", named))).toThrow(
    `dev-own/Wide must have the environment's permissions boundary, ${permissionsBoundaryArn}, got ` +
      '`permissionsBoundary` "arn:aws:iam::1:policy/wide": leave it out',
  );
});
