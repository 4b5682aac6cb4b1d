import { join } from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, Aspects, LocalBackend, TerraformStack } from "cdktf";
import { PermissionsBoundary } from "../../constructs/access/permissions-boundary";
import type { PolicyName } from "../../constructs/ci/policies";
import { PrivateFunction } from "../../constructs/functions/private-function";
import { RoleLookup } from "../../constructs/vault/login/role-lookup";
import { detectProviderSource } from "../../scripts/terraform/provider-source";
import type { TerraformOptions } from "../../scripts/terraform/terraform";
import { notAllowed } from "../../testbed/iam/deploys/not-allowed";
import { shownPolicy } from "../../testbed/iam/deploys/shown-policies";
import { awsWouldTakeTheRequests } from "../support/aws-requests";
import { applyStack, destroyStack } from "../support/deploy";
import { host } from "../support/fixtures";
import { placeOf } from "../support/permissions";
import { DeployWorld } from "./support/world";

jest.setTimeout(5 * 60_000);

const place = placeOf(host.namePrefix);

let world: DeployWorld;

beforeAll(async () => {
  world = await DeployWorld.start();
});

afterAll(() => world?.stop());

/** Gives the folder of a stack. */
function synthesize(name: string, add: (stack: TerraformStack) => void): string {
  const app = new App({ outdir: join(world.folder, "cdktf.out"), stackTraces: false });
  const stack = new TerraformStack(app, name);
  new LocalBackend(stack, { path: join(world.folder, `${name}.tfstate`) });
  new AwsProvider(stack, "Aws", { region: "ap-northeast-2", skipCredentialsValidation: true });
  const provider = detectProviderSource();
  if (provider.kind === "mirror")
    stack.addOverride("terraform.required_providers.aws.version", provider.awsVersion);
  add(stack);
  app.synth();
  return join(app.outdir, "stacks", name);
}

function addFunction(stack: TerraformStack): void {
  new PrivateFunction(stack, "Reader", { host, code: "lambda/samples/orders", runtime: "nodejs22.x" });
}

/** Actions of IAM that the work calls. Whoever has the policies may make all of its calls. */
async function called(
  names: readonly PolicyName[],
  work: (options: TerraformOptions) => Promise<void>,
): Promise<readonly string[]> {
  const before = world.emulator.calls.length;
  const environment = {
    ...world.terraform.environment,
    AWS_ENDPOINT_URL: world.emulator.endpoint,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  };
  await work({ environment });
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
  const unbounded = synthesize("role", addFunction);
  await called(FREE, (options) => applyStack(unbounded, options));
  const bounded = synthesize("role", (stack) => {
    addFunction(stack);
    Aspects.of(stack).add(new PermissionsBoundary(String(place.permissionsBoundaryArn)));
  });

  const given = await called(HELD, (options) => applyStack(bounded, options));
  expect(given.filter((action) => !/^(Get|List)/.test(action))).toEqual(["PutRolePermissionsBoundary"]);
  const deleted = await called(HELD, (options) => destroyStack(bounded, options));
  expect(deleted).toEqual(expect.arrayContaining(["DeleteRolePolicy", "DeleteRole"]));
});

// Of users, moto forgets the boundary, and does not know the last call before one is deleted.
test("the user that Vault looks roles up as is made and deleted by a deployer", async () => {
  const stack = synthesize("user", (within) => {
    const principal = { newUserName: `${host.namePrefix}-vault` };
    new RoleLookup(within, "Lookup", { name: "look-up", principal, boundRoles: "*" });
  });
  const policies = [...FREE, "vault-user-deployer"] as const;

  const made = await called(policies, (options) => applyStack(stack, options));
  expect(made).toEqual(expect.arrayContaining(["CreateUser", "PutUserPolicy"]));
  const deleted = await called(policies, (options) =>
    expect(destroyStack(stack, options)).rejects.toThrow("terraform apply ended with exit code 1"),
  );
  expect(deleted.at(-1)).toBe("ListServiceSpecificCredentials");
  expect(deleted).toEqual(expect.arrayContaining(["DeleteUserPolicy", "ListAccessKeys"]));
});

awsWouldTakeTheRequests(() => world.emulator);
