import { PrivateFunction } from "../../constructs/functions/private-function";
import { badDayOf } from "../../testbed/aws/faults/bad-day";
import { describeFaults } from "../../testbed/aws/faults/faults";
import { judgeDeploys, ONLY_PLANS } from "../../testbed/iam/deploys/judged-deploys";
import { planChanges } from "../../testbed/terraform/plan-changes";
import { awsWouldTakeTheRequests } from "../support/aws-requests";
import { applyStack } from "../support/deploy";
import { host } from "../support/fixtures";
import { deployersMayCall } from "../support/permissions";
import { shippedEnvironment } from "../support/shipped";
import { deleteRole, iam } from "../testbed/aws/iam-roles";
import { DeployWorld } from "./support/world";

jest.setTimeout(5 * 60_000);

let world: DeployWorld;

beforeAll(async () => {
  world = await DeployWorld.start();
});

afterAll(() => world?.stop());

test("a function is made with a role that Lambda does not know at once, and made again with one deleted by hand", async () => {
  let RoleName = "";
  const directory = world.synthesizeAlone("functions", (stack) => {
    const code = "lambda/samples/orders";
    RoleName = new PrivateFunction(stack, "Reader", { host, code, runtime: "nodejs22.x" }).name;
  });
  const environment = world.alone;
  world.emulator.faults.begin(badDayOf(process.env));
  await applyStack(directory, { environment });
  world.emulator.faults.end();
  console.log(`a function, ${describeFaults(world.emulator.faults)}`);
  expect(world.emulator.faults.counts.refused).toBeGreaterThan(0);

  await iam(world.emulator.endpoint, { Action: "DeleteRolePolicy", RoleName, PolicyName: "execution" });
  await deleteRole(world.emulator.endpoint, RoleName);
  const changes = await planChanges(directory, { environment: { ...environment, ...ONLY_PLANS } });
  const actionsOf = (type: string) => changes.find(({ address }) => address.startsWith(`${type}.`))?.actions;
  expect(actionsOf("aws_iam_role")).toEqual(["create"]);
  expect(actionsOf("aws_lambda_function")).toEqual(["delete", "create"]);
});

test("a call says whether Terraform only plans, deploys, or is not who made it", () => {
  const { planned, deployed } = judgeDeploys(world.emulator.calls, shippedEnvironment("dev"));
  const { length } = world.emulator.calls;
  expect(planned).toBeGreaterThan(0);
  expect(deployed).toBeGreaterThan(planned);
  // The two by hand.
  expect(planned + deployed).toBe(length - 2);
});

awsWouldTakeTheRequests(() => world.emulator);

deployersMayCall(() => world.emulator.calls, host.namePrefix);
