import { Aspects, type TerraformStack } from "cdktf";
import { PermissionsBoundary } from "../../constructs/access/permissions-boundary";
import type { PolicyName } from "../../constructs/ci/policies";
import { PrivateFunction } from "../../constructs/functions/private-function";
import { RoleLookup } from "../../constructs/vault/login/role-lookup";
import type { TerraformOptions } from "../../scripts/terraform/terraform";
import { notAllowed } from "../../testbed/iam/deploys/not-allowed";
import { shownPolicy } from "../../testbed/iam/deploys/shown-policies";
import { awsWouldTakeTheRequests } from "../support/aws-requests";
import { applyStack, destroyStack } from "../support/deploy";
import { host } from "../support/fixtures";
import { placeOf } from "../support/permissions";
import { iam } from "../testbed/aws/iam-roles";
import { DeployWorld } from "./support/world";

jest.setTimeout(5 * 60_000);

const place = placeOf(host.namePrefix);

let world: DeployWorld;

beforeAll(async () => {
  world = await DeployWorld.start();
});

afterAll(() => world?.stop());

function addFunction(stack: TerraformStack): void {
  new PrivateFunction(stack, "Reader", { host, code: "lambda/samples/orders", runtime: "nodejs22.x" });
}

/** Actions of IAM that the work calls. Whoever has the policies may make all of its calls. */
async function called(
  names: readonly PolicyName[],
  work: (options: TerraformOptions) => Promise<void>,
): Promise<readonly string[]> {
  const before = world.emulator.calls.length;
  await work({ environment: world.alone });
  const calls = world.emulator.calls.slice(before);
  expect(
    notAllowed(
      calls,
      names.map((name) => shownPolicy(name, place)),
      place,
    ),
  ).toEqual([]);
  return calls.filter(({ service }) => service === "iam").map(({ action }) => action);
}

const FREE = ["planner", "deployer"] as const;
const HELD = [...FREE, "bounded-deployer"] as const;

test("a role that is there gets its boundary from a deployer that is held to it, which deletes it then", async () => {
  const unbounded = world.synthesizeAlone("role", addFunction);
  await called(FREE, (options) => applyStack(unbounded, options));
  const bounded = world.synthesizeAlone("role", (stack) => {
    addFunction(stack);
    Aspects.of(stack).add(new PermissionsBoundary(String(place.permissionsBoundaryArn)));
  });

  const given = await called(HELD, (options) => applyStack(bounded, options));
  expect(given.filter((action) => !/^(Get|List)/.test(action))).toEqual(["PutRolePermissionsBoundary"]);
  const deleted = await called(HELD, (options) => destroyStack(bounded, options));
  expect(deleted).toEqual(expect.arrayContaining(["DeleteRolePolicy", "DeleteRole"]));
});

// Of users, moto forgets the boundary, and does not know the last call before one is deleted.
test("the user that Vault looks roles up as is made and deleted by a deployer, with its key", async () => {
  const UserName = `${host.namePrefix}-vault`;
  const stack = world.synthesizeAlone("user", (within) => {
    const principal = { newUserName: UserName };
    new RoleLookup(within, "Lookup", { name: "look-up", principal, boundRoles: "*" });
  });
  const policies = [...FREE, "vault-user-deployer"] as const;

  const made = await called(policies, (options) => applyStack(stack, options));
  await iam(world.emulator.endpoint, { Action: "CreateAccessKey", UserName });
  const deleted = await called(policies, (options) =>
    expect(destroyStack(stack, options)).rejects.toThrow("terraform apply ended with exit code 1"),
  );
  expect(deleted.at(-1)).toBe("ListServiceSpecificCredentials");
  const allowed = [shownPolicy("vault-user-deployer", place).Statement]
    .flat()
    .flatMap(({ Action }) => Action);
  const unused = allowed.filter((action) => ![...made, ...deleted].includes(action.replace("iam:", "")));
  expect(unused).toEqual(["iam:DeleteUser", "iam:TagUser", "iam:UntagUser"]);
});

awsWouldTakeTheRequests(() => world.emulator);
