import { join } from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, LocalBackend, TerraformStack } from "cdktf";
import { PrivateFunction } from "../../constructs/functions/private-function";
import { detectProviderSource } from "../../scripts/terraform/provider-source";
import { unsignedHeaders } from "../../testbed/aws/aws-protocol";
import { badDayOf } from "../../testbed/aws/faults/bad-day";
import { describeFaults } from "../../testbed/aws/faults/faults";
import { judgeDeploys, ONLY_PLANS } from "../../testbed/iam/deploys/judged-deploys";
import { planChanges } from "../../testbed/terraform/plan-changes";
import { awsWouldTakeTheRequests } from "../support/aws-requests";
import { applyStack } from "../support/deploy";
import { host } from "../support/fixtures";
import { deployersMayCall } from "../support/permissions";
import { shippedEnvironment } from "../support/shipped";
import { DeployWorld } from "./support/world";

jest.setTimeout(5 * 60_000);

let world: DeployWorld;

beforeAll(async () => {
  world = await DeployWorld.start();
});

afterAll(() => world?.stop());

async function iam(action: string, parameters: Record<string, string>): Promise<void> {
  const response = await fetch(world.emulator.endpoint, {
    method: "POST",
    headers: { ...unsignedHeaders("us-east-1", "iam"), "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ Action: action, Version: "2010-05-08", ...parameters }),
  });
  expect(response.status).toBe(200);
}

test("a function is made with a role that Lambda does not know at once, and made again with one deleted by hand", async () => {
  const provider = detectProviderSource();
  const app = new App({ outdir: join(world.folder, "cdktf.out"), stackTraces: false });
  const stack = new TerraformStack(app, "functions");
  // Otherwise it would be left in the folder of the project.
  new LocalBackend(stack, { path: join(world.folder, "terraform.tfstate") });
  new AwsProvider(stack, "Aws", { region: "ap-northeast-2", skipCredentialsValidation: true });
  if (provider.kind === "mirror")
    stack.addOverride("terraform.required_providers.aws.version", provider.awsVersion);
  const code = "lambda/samples/orders";
  const { name: RoleName } = new PrivateFunction(stack, "Reader", { host, code, runtime: "nodejs22.x" });
  app.synth();
  const environment = {
    ...world.terraform.environment,
    AWS_ENDPOINT_URL: world.emulator.endpoint,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  };
  const directory = join(app.outdir, "stacks", "functions");
  world.emulator.faults.begin(badDayOf(process.env));
  await applyStack(directory, { environment });
  world.emulator.faults.end();
  console.log(`a function, ${describeFaults(world.emulator.faults)}`);
  expect(world.emulator.faults.counts.refused).toBeGreaterThan(0);

  await iam("DeleteRolePolicy", { RoleName, PolicyName: "execution" });
  await iam("DeleteRole", { RoleName });
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
